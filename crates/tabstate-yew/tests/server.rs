//! On a server: components are made as nobody's tab has them, whatever the thread that makes them remembers.
#![cfg(not(target_arch = "wasm32"))]

use serde::{Deserialize, Serialize};
use tabstate::query_params::codecs::{Int, OneOf};
use tabstate::watched::{ContextFact, Cookie, QueryParam, QueryStruct};
use tabstate::{cookies, query_params, session_state};
use tabstate_yew::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};
use tokio::task::LocalSet;
use yew::LocalServerRenderer;
use yew::prelude::*;

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
struct Filters {
    q: String,
    tags: Vec<String>,
}

#[component]
fn Shown() -> Html {
    let page = use_query_param(QueryParam::new("page", Int::default()).default(1));
    let tags = use_query_param(QueryParam::list("tags", OneOf(&["sea", "snow"])));
    let zoom = use_query_param(QueryParam::<f32>::parsed("zoom"));
    let filters = use_query_params(QueryStruct::<Filters>::new());
    let note = use_session_state("note", || "nothing yet".to_owned());
    let notice = use_cookie(Cookie::new("notice"));
    let locale = use_tab_context(ContextFact::locale());
    let theme = use_tab_context(ContextFact::theme());
    let all = format!("{:?}", (*page, &*tags, *zoom, &*filters, &*note, &*notice, &*locale, theme.color_scheme));
    html! { <p>{ all.replace('"', "'") }</p> }
}

async fn rendered() -> String {
    LocalSet::new().run_until(LocalServerRenderer::<Shown>::new().hydratable(false).render()).await
}

const UNKNOWN: &str = "<p>(1, [], None, Filters { q: '', tags: [] }, 'nothing yet', None, None, None)</p>";

#[tokio::test]
async fn a_server_makes_what_is_initial() {
    assert_eq!(rendered().await, UNKNOWN);
}

#[tokio::test]
async fn what_a_thread_of_the_server_remembers_is_in_nobodys_page() -> Result<(), tabstate::Error> {
    query_params::set("page", 7)?;
    query_params::set("tags", "sea")?;
    session_state::set("note", "of another person")?;
    cookies::set("notice", "seen")?;
    assert_eq!(rendered().await, UNKNOWN);
    Ok(())
}
