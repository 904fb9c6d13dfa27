//! What has to cross threads: everything where there are threads, nothing in a browser's tab, whose values stay where they
//! are.

#[cfg(target_arch = "wasm32")]
mod bounds {
    use alloc::boxed::Box;
    use alloc::sync::Arc;
    use core::any::Any;
    use core::future::Future;
    use core::pin::Pin;

    use crate::cache::CacheEvent;
    use crate::port::{Clock, Storage, WallClock};

    /// `Send` where there are threads; on `wasm32` everything.
    pub trait MaybeSend {}
    impl<T: ?Sized> MaybeSend for T {}

    /// `Sync` where there are threads; on `wasm32` everything.
    pub trait MaybeSync {}
    impl<T: ?Sized> MaybeSync for T {}

    /// A future that any task may poll, which is `Send` where there are threads.
    pub type Task<T = ()> = Pin<Box<dyn Future<Output = T>>>;

    pub type AnyClock = Box<dyn Clock>;
    pub type AnyStorage = Box<dyn Storage>;
    pub type AnyWallClock = Box<dyn WallClock>;
    pub type Failure = Arc<dyn Any>;
    pub type Listener = Arc<dyn Fn(&CacheEvent)>;
    pub type Release<V> = Box<dyn Fn(Arc<V>)>;
    pub type Spawn = Box<dyn Fn(Task)>;
    pub type Validate<V> = Box<dyn Fn(&V) -> bool>;
    pub type Weigh<V> = Box<dyn Fn(&V) -> u64>;
}

#[cfg(not(target_arch = "wasm32"))]
mod bounds {
    use alloc::boxed::Box;
    use alloc::sync::Arc;
    use core::any::Any;
    use core::future::Future;
    use core::pin::Pin;

    use crate::cache::CacheEvent;
    use crate::port::{Clock, Storage, WallClock};

    /// `Send` where there are threads; on `wasm32` everything.
    pub trait MaybeSend: Send {}
    impl<T: Send + ?Sized> MaybeSend for T {}

    /// `Sync` where there are threads; on `wasm32` everything.
    pub trait MaybeSync: Sync {}
    impl<T: Sync + ?Sized> MaybeSync for T {}

    /// A future that any task may poll, which is `Send` where there are threads.
    pub type Task<T = ()> = Pin<Box<dyn Future<Output = T> + Send>>;

    pub type AnyClock = Box<dyn Clock + Send + Sync>;
    pub type AnyStorage = Box<dyn Storage + Send>;
    pub type AnyWallClock = Box<dyn WallClock + Send + Sync>;
    pub type Failure = Arc<dyn Any + Send + Sync>;
    pub type Listener = Arc<dyn Fn(&CacheEvent) + Send + Sync>;
    pub type Release<V> = Box<dyn Fn(Arc<V>) + Send + Sync>;
    pub type Spawn = Box<dyn Fn(Task) + Send + Sync>;
    pub type Validate<V> = Box<dyn Fn(&V) -> bool + Send + Sync>;
    pub type Weigh<V> = Box<dyn Fn(&V) -> u64 + Send + Sync>;
}

pub(super) use bounds::{AnyClock, AnyStorage, AnyWallClock, Failure, Listener, Release, Spawn, Validate, Weigh};
pub use bounds::{MaybeSend, MaybeSync, Task};
