//! A list of harbours. Each part uses what it shows, and passes nothing on.

#[path = "../../harbours.rs"]
mod harbours;

use dioxus::prelude::*;
use harbours::{Filters, Sort, Tag, date_text, filters, notice, q, remark, rendered, search, typing};
use tabstate::context::ColorScheme;
use tabstate::query_params::WriteOptions;
use tabstate::watched::ContextFact;
use tabstate_dioxus::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};

#[cfg(target_arch = "wasm32")]
fn main() {
    dioxus::LaunchBuilder::new().with_cfg(dioxus::web::Config::new().rootname("root")).launch(App);
}

/// Prints what a server makes of it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    let mut dom = VirtualDom::new(App);
    dom.rebuild_in_place();
    print!("{}", dioxus::ssr::pre_render(&dom));
}

#[component]
fn App() -> Element {
    let mut has_echo = use_signal(|| true);
    let theme = use_tab_context(ContextFact::theme());
    let colours = theme().color_scheme.map_or("", ColorScheme::as_str);
    rsx! {
        main { "data-theme": colours,
            Notice {}
            Search {}
            button { r#type: "button", "data-testid": "echo-toggle", onclick: move |_| has_echo.toggle(), "Echo" }
            if has_echo() {
                Echo {}
            }
            List {}
            Remark {}
            Note {}
            NoteEcho {}
            output { "data-testid": "theme", "{colours}" }
        }
    }
}

#[component]
fn Notice() -> Element {
    let notice = use_cookie(notice());
    if notice().as_deref() == Some("seen") {
        return rsx! {};
    }
    rsx! {
        p { "data-testid": "notice",
            "This app keeps a cookie, which says that you have read this."
            button {
                r#type: "button",
                "data-testid": "accept",
                onclick: move |_| notice.set(Some("seen".to_owned())),
                "I have"
            }
        }
    }
}

#[component]
fn Search() -> Element {
    let filters = use_query_params(filters());
    let sort = move |event: FormEvent| filters.update(|filters| filters.with_sort(Sort::of(&event.value())));
    let Filters { q, sort: sorted, tags, .. } = filters();
    rsx! {
        input {
            "data-testid": "q",
            value: "{q}",
            oninput: move |event| filters.update_with(|filters| filters.with_q(event.value()), typing()),
        }
        select { "data-testid": "sort", onchange: sort,
            option { value: "name", selected: sorted == Sort::Name, "by name" }
            option { value: "newest", selected: sorted == Sort::Newest, "the newest first" }
        }
        for tag in Tag::ALL {
            label {
                input {
                    r#type: "checkbox",
                    "data-testid": "tag-{tag.as_str()}",
                    checked: tags.contains(&tag),
                    onchange: move |_| filters.update(|filters| filters.toggle(tag)),
                }
                {tag.as_str()}
            }
        }
    }
}

#[component]
fn Echo() -> Element {
    let q = use_query_param(q());
    rsx! {
        p {
            output { "data-testid": "q-echo", {rendered("echo", q())} }
            button { r#type: "button", "data-testid": "q-clear", onclick: move |_| q.set(String::new()), "Clear" }
        }
    }
}

#[component]
fn List() -> Element {
    let filters = use_query_params(filters());
    let locale = use_tab_context(ContextFact::locale());
    let locale = locale();
    let language = locale.as_deref();
    let found = search(&filters.read());
    let page = filters.read().page;
    let turn = move |pages| filters.update_with(|filters| filters.turn(pages), WriteOptions::push());
    rsx! {
        section {
            output { "data-testid": "count", "{found.count}" }
            ul {
                for harbour in found.items {
                    li { key: "{harbour.name}", "data-testid": "item",
                        "{harbour.name} "
                        time { {date_text(&harbour.since, language)} }
                    }
                }
            }
            button {
                r#type: "button",
                "data-testid": "previous",
                disabled: page.get() <= 1,
                onclick: move |_| turn(-1),
                "Previous"
            }
            output { "data-testid": "page", {rendered("list", page).to_string()} }
            button {
                r#type: "button",
                "data-testid": "next",
                disabled: found.is_last,
                onclick: move |_| turn(1),
                "Next"
            }
            output { "data-testid": "locale", {language.unwrap_or_default()} }
        }
    }
}

#[component]
fn Remark() -> Element {
    // The address waits for the one who writes; all else does not.
    let remark = use_query_param(remark());
    rsx! {
        p {
            input { "data-testid": "remark", value: "{remark}", oninput: move |event| remark.set(event.value()) }
            output { "data-testid": "remark-echo", "{remark}" }
        }
    }
}

#[component]
fn Note() -> Element {
    let note = use_session_state("note", String::new);
    rsx! {
        input { "data-testid": "note", value: "{note}", oninput: move |event| note.set(event.value()) }
    }
}

#[component]
fn NoteEcho() -> Element {
    let note = use_session_state("note", String::new);
    rsx! {
        p {
            output { "data-testid": "note-echo", {rendered("note", note())} }
            button {
                r#type: "button",
                "data-testid": "note-double",
                onclick: move |_| note.update(|note| note.repeat(2)),
                "Twice"
            }
        }
    }
}
