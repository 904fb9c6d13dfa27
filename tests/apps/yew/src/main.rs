//! Starts the app.

mod app;
mod harbours;
mod page;

fn main() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.get_element_by_id("root")) {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
