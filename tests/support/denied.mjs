// Where a browser denies a page what it keeps: by the user's preference, and in frames with an origin of their own.

/** The preferences that deny cookies and storage; MiniBrowser has no such setting. */
export const blocking = {
  chromium: { "profile.default_content_setting_values.cookies": 2 },
  firefox: { "network.cookie.cookieBehavior": 2 },
};

/** What a frame with these attributes tells the page, as text. */
export const toldByFrame = (tab, attributes) =>
  tab.run(
    (attributes) =>
      new Promise((resolve) => {
        addEventListener("message", ({ data }) => resolve(data));
        setTimeout(resolve, 10_000, '{"failed":"nothing was told"}');
        const frame = document.createElement("iframe");
        for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
        document.body.append(frame);
      }),
    attributes,
  );
