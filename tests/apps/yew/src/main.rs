//! Starts the app, or takes over what a server made of it. Where it is no page, it is the server: it prints the app.

mod app;
#[path = "../../harbours.rs"]
mod harbours;

use app::App;

#[cfg(target_arch = "wasm32")]
fn main() {
    let document = web_sys::window().and_then(|window| window.document());
    let Some(root) = document.and_then(|document| document.get_element_by_id("root")) else { return };
    #[cfg(feature = "hydrate")]
    let has_html = root.has_child_nodes();
    let app = yew::Renderer::<App>::with_root(root);
    #[cfg(feature = "hydrate")]
    if has_html {
        app.hydrate();
        return;
    }
    app.render();
}

#[cfg(not(target_arch = "wasm32"))]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    print!("{}", yew::ServerRenderer::<App>::new().render().await);
}
