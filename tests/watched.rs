//! What is watched: reads, writes and listeners, on the memory of a thread.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tabstate::query_params::codecs::{Delimited, Int, OneOf, Text};
use tabstate::query_params::{self, History, WriteOptions};
use tabstate::watched::{
    ContextFact, Cookie, QueryParam, QueryStruct, SessionState, Subscription, Watched, WatchedState,
};
use tabstate::{ErrorKind, cookies, session_state};

/// How often a listener was called, and what it saw last.
fn heard<W: Watched>(watched: &W) -> (Rc<RefCell<Vec<W::Value>>>, Subscription) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let subscription = watched.subscribe({
        let (watched, seen) = (watched.clone(), Rc::clone(&seen));
        move || seen.borrow_mut().push(watched.get())
    });
    (seen, subscription)
}

fn page() -> QueryParam<i64> {
    QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(1)
}

fn address() -> String {
    query_params::text().as_str().to_owned()
}

#[test]
fn absent_and_invalid_texts_read_as_the_default() {
    let tags = QueryParam::list("tag", OneOf(&["sea", "snow"]));
    assert_eq!((page().get(), tags.get()), (1, vec![]));
    for (text, expected) in [("7", 7), ("12abc", 1), ("0", 1), ("", 1)] {
        query_params::set("page", text).unwrap();
        assert_eq!(page().get(), expected, "{text}");
    }
    query_params::set("tag", ["sea", "lava"]).unwrap();
    assert_eq!(tags.get(), Vec::<&str>::new(), "one bad item makes a list invalid");
    query_params::set("page", ["2", "3"]).unwrap();
    assert_eq!(page().get(), 3);
    assert_eq!(page().initial(), 1);
}

#[test]
fn a_default_is_left_out_unless_it_is_kept() {
    page().set(2);
    assert_eq!(address(), "page=2");
    page().set(1);
    assert_eq!(address(), "");
    page().keep_default().set(1);
    assert_eq!(address(), "page=1");
}

#[test]
fn none_and_empty_lists_remove_their_key() {
    let city = QueryParam::new("city", Text);
    let tags = QueryParam::list("tag", Text);
    let joined = QueryParam::new("ids", Delimited { separator: ",", item: Int::default() });
    city.set(Some(String::new()));
    tags.set(vec!["a".to_owned(), "b".to_owned()]);
    joined.set(Some(vec![1, 2]));
    assert_eq!(address(), "city=&tag=a&tag=b&ids=1,2");
    city.set(None);
    tags.set(Vec::new());
    joined.set(Some(Vec::new()));
    assert_eq!(address(), "");
}

#[test]
fn what_a_codec_refuses_is_an_error_and_changes_nothing() {
    page().set(2);
    let error = page().try_set(0).unwrap_err();
    assert_eq!((error.kind(), error.key()), (ErrorKind::UnsupportedValue, Some("page")));
    let reserved = QueryParam::new("embed", Text).try_set(Some("true".to_owned())).unwrap_err();
    assert_eq!(reserved.kind(), ErrorKind::Reserved);
    page().set(-1);
    assert_eq!(address(), "page=2");
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    Name,
    Newest,
    Odd,
}

impl fmt::Display for Sort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "name",
            Self::Newest => "newest",
            Self::Odd => "neither",
        })
    }
}

impl FromStr for Sort {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "name" => Ok(Self::Name),
            "newest" => Ok(Self::Newest),
            _ => Err(()),
        }
    }
}

#[test]
fn a_type_with_a_text_needs_no_codec() {
    let sort = QueryParam::<Sort>::parsed("sort").default(Sort::Name);
    sort.set(Sort::Newest);
    assert_eq!((address().as_str(), sort.get()), ("sort=newest", Sort::Newest));
    assert_eq!(sort.try_set(Sort::Odd).unwrap_err().key(), Some("sort"));
    sort.set(Sort::Name);
    assert_eq!(address(), "");
    query_params::set("sort", "sideways").unwrap();
    assert_eq!(sort.get(), Sort::Name);
}

#[test]
fn nan_is_no_value_and_not_a_change_with_each_look() {
    let zoom = QueryParam::<f32>::parsed("zoom");
    query_params::set("zoom", "NaN").unwrap();
    let (seen, _subscription) = heard(&zoom);
    page().set(2);
    assert_eq!((zoom.get(), seen.borrow().len()), (None, 0));
    assert_eq!(zoom.try_set(Some(f32::NAN)).unwrap_err().kind(), ErrorKind::UnsupportedValue);
}

#[test]
fn a_default_that_the_codec_refuses_stands_in_no_ones_way() {
    let page = QueryParam::new("page", Int { min: Some(1), ..Int::default() }).default(0);
    assert_eq!(page.get(), 0);
    page.set(5);
    assert_eq!((address().as_str(), page.get()), ("page=5", 5));
    assert!(page.try_set(0).is_err());
}

#[test]
fn listeners_hear_of_own_writes_before_they_return_and_of_other_keys_never() {
    let (seen, _subscription) = heard(&page());
    page().set(2);
    assert_eq!(*seen.borrow(), [2]);
    QueryParam::new("q", Text).set(Some("x".to_owned()));
    page().set(2);
    query_params::set("page", "02").unwrap();
    assert_eq!(*seen.borrow(), [2], "another spelling of the same value is none");
    query_params::set("page", 5).unwrap();
    assert_eq!(*seen.borrow(), [2, 5]);
    query_params::clear();
    assert_eq!(*seen.borrow(), [2, 5, 1]);
}

#[test]
fn who_unsubscribed_hears_nothing() {
    let (seen, subscription) = heard(&page());
    drop(subscription);
    page().set(2);
    assert_eq!(*seen.borrow(), Vec::<i64>::new());
}

#[test]
fn a_listener_may_end_any_subscription_and_begin_others() {
    let all: Rc<RefCell<Vec<Subscription>>> = Rc::default();
    let calls = Rc::new(Cell::new(0));
    for _ in 0..3 {
        let (all_of_them, calls) = (Rc::clone(&all), Rc::clone(&calls));
        let subscription = page().subscribe(move || {
            calls.set(calls.get() + 1);
            let ended = all_of_them.take();
            drop(ended);
            all_of_them.borrow_mut().push(page().subscribe(|| {}));
            QueryParam::new("q", Text).set(Some("from a listener".to_owned()));
        });
        all.borrow_mut().push(subscription);
    }
    page().set(2);
    assert_eq!(calls.get(), 1);
    page().set(3);
    assert_eq!((calls.get(), page().get()), (1, 3));
}

#[test]
fn a_transaction_that_fails_takes_back_what_listeners_saw() {
    let (seen, _subscription) = heard(&page());
    let outcome = query_params::transaction(|| {
        page().set(2);
        Err::<(), ()>(())
    });
    assert_eq!((outcome, page().get()), (Err(()), 1));
    assert_eq!(*seen.borrow(), [2, 1]);
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Filters {
    q: String,
    page: u32,
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zoom: Option<f64>,
}

#[test]
fn a_struct_reads_each_invalid_field_as_its_default() {
    let filters = QueryStruct::<Filters>::new();
    query_params::update([("q", "fjord"), ("page", "12abc"), ("zoom", "x")]).unwrap();
    assert_eq!(filters.get(), Filters { q: "fjord".to_owned(), ..Filters::default() });
}

#[test]
fn a_struct_writes_what_changed_in_one_step_and_leaves_the_rest() {
    query_params::update([("page", "12abc"), ("view", "map"), ("q", "old")]).unwrap();
    let filters = QueryStruct::<Filters>::new().history(History::Push);
    let (seen, _subscription) = heard(&filters);
    filters.update(|filters| Filters { q: String::new(), tags: vec!["a".to_owned(), "b".to_owned()], ..filters });
    assert_eq!(address(), "page=12abc&view=map&tags=a&tags=b");
    assert_eq!(seen.borrow().len(), 1);
    filters.update_with(|filters| Filters { zoom: Some(1.5), ..filters }, WriteOptions::replace());
    filters.update(|filters| Filters { zoom: None, tags: Vec::new(), ..filters });
    assert_eq!(address(), "page=12abc&view=map");
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Search {
    #[serde(alias = "search")]
    q: String,
}

#[test]
fn a_default_wins_over_an_old_link() {
    query_params::set("search", "fjord").unwrap();
    let search = QueryStruct::<Search>::new();
    assert_eq!(search.get().q, "fjord");
    search.set(Search::default());
    assert_eq!((search.get(), address().as_str()), (Search::default(), "search=fjord&q="));
}

#[test]
fn session_state_reads_as_its_initial_value_and_stores_nothing_by_that() {
    let note = SessionState::new("note", String::new());
    let (seen, _subscription) = heard(&note);
    assert_eq!((note.get(), session_state::contains("note")), (String::new(), Ok(false)));
    note.set("milk".to_owned());
    session_state::set("note", "tea").unwrap();
    session_state::set("other", 1).unwrap();
    session_state::set("note", 7).unwrap();
    assert_eq!(*seen.borrow(), ["milk", "tea", ""], "a number is no text");
}

#[test]
fn a_cookie_is_set_heard_of_and_deleted() {
    let notice = Cookie::new("notice");
    let (seen, _subscription) = heard(&notice);
    let (all, _other) = heard(&ContextFact::cookies());
    notice.set(Some("seen".to_owned()));
    assert_eq!(cookies::get("notice").as_deref(), Some("seen"));
    notice.set(None);
    assert_eq!(*seen.borrow(), [Some("seen".to_owned()), None]);
    assert_eq!(all.borrow().len(), 2);
    assert!(matches!(Cookie::new("a;b").try_set(Some("1".to_owned())).unwrap_err().kind(), ErrorKind::Rejected(_)));
}

#[test]
fn facts_are_not_known_where_there_is_no_browser() {
    assert_eq!(ContextFact::locale().get(), None);
    assert_eq!(ContextFact::theme().get(), ContextFact::theme().initial());
    let _subscription = ContextFact::timezone().subscribe(|| {});
}
