//! A list of harbours. Each part uses what it shows, and passes nothing on.

use tabstate::query_params::WriteOptions;
use tabstate::watched::ContextFact;
use tabstate_yew::{use_cookie, use_query_param, use_query_params, use_session_state, use_tab_context};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::harbours::{Sort, Tag, date_text, filters, notice, q, remark, rendered, search, typing};

#[component]
pub fn App() -> Html {
    let has_echo = use_state(|| true);
    let theme = use_tab_context(ContextFact::theme());
    let scheme = theme.color_scheme.map(|scheme| scheme.as_str());
    let toggle = {
        let has_echo = has_echo.clone();
        move |_| has_echo.set(!*has_echo)
    };
    html! {
        <main data-theme={scheme}>
            <Notice />
            <Search />
            <button type="button" data-testid="echo-toggle" onclick={toggle}>{ "Echo" }</button>
            if *has_echo {
                <Echo />
            }
            <List />
            <Remark />
            <Note />
            <NoteEcho />
            <output data-testid="theme">{ scheme }</output>
        </main>
    }
}

#[component]
fn Notice() -> Html {
    let notice = use_cookie(notice());
    if notice.as_deref() == Some("seen") {
        return Html::default();
    }
    html! {
        <p data-testid="notice">
            { "This app keeps a cookie, which says that you have read this." }
            <button type="button" data-testid="accept" onclick={move |_| notice.set(Some("seen".to_owned()))}>
                { "I have" }
            </button>
        </p>
    }
}

#[component]
fn Search() -> Html {
    let filters = use_query_params(filters());
    let select = use_node_ref();
    // An option's `selected` is what counts until somebody chooses.
    use_effect_with((select.clone(), filters.sort), |(select, sort)| {
        if let Some(select) = select.cast::<HtmlSelectElement>() {
            select.set_value(sort.as_str());
        }
    });
    let write_q = {
        let filters = filters.clone();
        move |event| filters.update_with(|filters| filters.with_q(typed(&event)), typing())
    };
    let write_sort = {
        let filters = filters.clone();
        move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            filters.update(|filters| filters.with_sort(Sort::of(&value)));
        }
    };
    let checkbox = |tag: Tag| {
        let toggle = {
            let filters = filters.clone();
            move |_| filters.update(|filters| filters.toggle(tag))
        };
        let name = tag.as_str();
        html! {
            <label>
                <input
                    type="checkbox"
                    data-testid={format!("tag-{name}")}
                    checked={filters.tags.contains(&tag)}
                    onchange={toggle}
                />
                { name }
            </label>
        }
    };
    html! {
        <>
            <input data-testid="q" value={filters.q.clone()} oninput={write_q} />
            <select data-testid="sort" ref={select} onchange={write_sort}>
                <option value="name" selected={filters.sort == Sort::Name}>{ "by name" }</option>
                <option value="newest" selected={filters.sort == Sort::Newest}>{ "the newest first" }</option>
            </select>
            { for Tag::ALL.map(checkbox) }
        </>
    }
}

#[component]
fn Echo() -> Html {
    let q = use_query_param(q());
    html! {
        <p>
            <output data-testid="q-echo">{ rendered("echo", q.as_str()) }</output>
            <button type="button" data-testid="q-clear" onclick={move |_| q.set(String::new())}>{ "Clear" }</button>
        </p>
    }
}

#[component]
fn List() -> Html {
    let filters = use_query_params(filters());
    let locale = use_tab_context(ContextFact::locale());
    let found = search(&filters);
    let page = filters.page.get();
    let turn = |pages: i32| {
        let filters = filters.clone();
        move |_| filters.update_with(|filters| filters.turn(pages), WriteOptions::push())
    };
    html! {
        <section>
            <output data-testid="count">{ found.count }</output>
            <ul>
                for harbour in found.items {
                    <li key={harbour.name.clone()} data-testid="item">
                        { harbour.name }
                        { " " }
                        <time>{ date_text(&harbour.since, locale.as_deref()) }</time>
                    </li>
                }
            </ul>
            <button type="button" data-testid="previous" disabled={page <= 1} onclick={turn(-1)}>{ "Previous" }</button>
            <output data-testid="page">{ rendered("list", page) }</output>
            <button
                type="button"
                data-testid="next"
                disabled={found.is_last}
                onclick={turn(1)}
            >
                { "Next" }
            </button>
            <output data-testid="locale">{ locale.as_deref() }</output>
        </section>
    }
}

#[component]
fn Remark() -> Html {
    let remark = use_query_param(remark());
    let text = (*remark).clone();
    html! {
        <p>
            <input data-testid="remark" value={text.clone()} oninput={move |event| remark.set(typed(&event))} />
            <output data-testid="remark-echo">{ text }</output>
        </p>
    }
}

#[component]
fn Note() -> Html {
    let note = use_session_state("note", String::new);
    let text = (*note).clone();
    html! { <input data-testid="note" value={text} oninput={move |event| note.set(typed(&event))} /> }
}

#[component]
fn NoteEcho() -> Html {
    let note = use_session_state("note", String::new);
    let text = (*note).clone();
    html! {
        <p>
            <output data-testid="note-echo">{ rendered("note", text) }</output>
            <button type="button" data-testid="note-double" onclick={move |_| note.update(|note| note.repeat(2))}>
                { "Twice" }
            </button>
        </p>
    }
}

/// What stands in the field that an event is of.
fn typed(event: &InputEvent) -> String {
    event.target_unchecked_into::<HtmlInputElement>().value()
}
