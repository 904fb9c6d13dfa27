//! A list of harbours. Each part uses what it shows, and passes nothing on.

#[path = "../../harbours.rs"]
mod harbours;

use harbours::{Sort, Tag, date_text, filters, notice, q, remark, rendered, search, typing};
use leptos::prelude::*;
use tabstate::query_params::WriteOptions;
use tabstate::watched::ContextFact;
use tabstate_leptos::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};
use wasm_bindgen::JsCast as _;

fn main() {
    if let Some(root) = document().get_element_by_id("root") {
        mount_to(root.unchecked_into(), App).forget();
    }
}

#[component]
fn App() -> impl IntoView {
    let (has_echo, show_echo) = signal(true);
    let theme = use_tab_context(ContextFact::theme());
    let scheme = move || theme.get().color_scheme.map(|scheme| scheme.as_str());
    view! {
        <main data-theme=scheme>
            <Notice />
            <Search />
            <button type="button" data-testid="echo-toggle" on:click=move |_| show_echo.update(|echo| *echo = !*echo)>
                "Echo"
            </button>
            <Show when=move || has_echo.get()>
                <Echo />
            </Show>
            <List />
            <Remark />
            <Note />
            <NoteEcho />
            <output data-testid="theme">{scheme}</output>
        </main>
    }
}

#[component]
fn Notice() -> impl IntoView {
    let (notice, set_notice) = use_cookie(notice());
    view! {
        <Show when=move || notice.get().as_deref() != Some("seen")>
            <p data-testid="notice">
                "This app keeps a cookie, which says that you have read this."
                <button type="button" data-testid="accept" on:click=move |_| set_notice.set(Some("seen".to_owned()))>
                    "I have"
                </button>
            </p>
        </Show>
    }
}

#[component]
fn Search() -> impl IntoView {
    let (filters, set) = use_query_params(filters());
    let q = Memo::new(move |_| filters.with(|filters| filters.q.clone()));
    let is_sorted = move |sort| filters.with(|filters| filters.sort == sort);
    let sort_by = move |text: String| set.update(|filters| *filters = filters.clone().with_sort(Sort::of(&text)));
    let tags = Tag::ALL.map(|tag| {
        let name = tag.as_str();
        let is_chosen = move || filters.with(|filters| filters.tags.contains(&tag));
        let toggle = move |_| set.update(|filters| *filters = filters.clone().toggle(tag));
        view! {
            <label>
                <input type="checkbox" data-testid=format!("tag-{name}") prop:checked=is_chosen on:change=toggle />
                {name}
            </label>
        }
    });
    view! {
        <input
            data-testid="q"
            prop:value=q
            on:input:target=move |event| {
                set.update_with(|filters| *filters = filters.clone().with_q(event.target().value()), typing());
            }
        />
        <select data-testid="sort" on:change:target=move |event| sort_by(event.target().value())>
            <option value="name" prop:selected=move || is_sorted(Sort::Name)>"by name"</option>
            <option value="newest" prop:selected=move || is_sorted(Sort::Newest)>"the newest first"</option>
        </select>
        {tags}
    }
}

#[component]
fn Echo() -> impl IntoView {
    let (q, set_q) = use_query_param(q());
    view! {
        <p>
            <output data-testid="q-echo">{move || rendered("echo", q.get())}</output>
            <button type="button" data-testid="q-clear" on:click=move |_| set_q.set(String::new())>
                "Clear"
            </button>
        </p>
    }
}

#[component]
fn List() -> impl IntoView {
    let (filters, set) = use_query_params(filters());
    let locale = use_tab_context(ContextFact::locale());
    let found = Memo::new(move |_| filters.with(search));
    let page = move || filters.with(|filters| filters.page);
    let turn = move |pages| {
        set.update_with(|filters| *filters = filters.clone().turn(pages), WriteOptions::push());
    };
    view! {
        <section>
            <output data-testid="count">{move || found.with(|found| found.count)}</output>
            <ul>
                <For each=move || found.get().items key=|harbour| harbour.name.clone() let:harbour>
                    <li data-testid="item">
                        {harbour.name} " " <time>{move || date_text(&harbour.since, locale.get().as_deref())}</time>
                    </li>
                </For>
            </ul>
            <button type="button" data-testid="previous" disabled=move || page().get() <= 1 on:click=move |_| turn(-1)>
                "Previous"
            </button>
            <output data-testid="page">{move || rendered("list", page().get())}</output>
            <button
                type="button"
                data-testid="next"
                disabled=move || found.with(|found| found.is_last)
                on:click=move |_| turn(1)
            >
                "Next"
            </button>
            <output data-testid="locale">{locale}</output>
        </section>
    }
}

#[component]
fn Remark() -> impl IntoView {
    let (remark, set_remark) = use_query_param(remark());
    view! {
        <p>
            <input data-testid="remark" bind:value=(remark, set_remark) />
            <output data-testid="remark-echo">{remark}</output>
        </p>
    }
}

#[component]
fn Note() -> impl IntoView {
    view! { <input data-testid="note" bind:value=use_session_state("note", String::new()) /> }
}

#[component]
fn NoteEcho() -> impl IntoView {
    let (note, set_note) = use_session_state("note", String::new());
    view! {
        <p>
            <output data-testid="note-echo">{move || rendered("note", note.get())}</output>
            <button type="button" data-testid="note-double" on:click=move |_| set_note.update(|note| *note += &note.clone())>
                "Twice"
            </button>
        </p>
    }
}
