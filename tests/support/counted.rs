//! A parameter that knows how many listen to it: for tests of the crates of frameworks.

use std::rc::Rc;

use tabstate::watched::{QueryParam, Subscription, Watched};

#[derive(Clone)]
pub struct Counted {
    pub param: QueryParam<i64>,
    pub listeners: Rc<()>,
}

impl Watched for Counted {
    type Value = i64;

    fn key(&self) -> &str {
        self.param.key()
    }

    fn get(&self) -> i64 {
        self.param.get()
    }

    fn initial(&self) -> i64 {
        self.param.initial()
    }

    fn subscribe(&self, listener: impl Fn() + 'static) -> Subscription {
        let listens = Rc::clone(&self.listeners);
        self.param.subscribe(move || {
            let _ = &listens;
            listener();
        })
    }
}
