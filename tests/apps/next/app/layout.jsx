// Next and tabstate on one address: the router has the path, tabstate the parameters, and each sees what the other does.

import { Suspense } from "react";
import { Address, Follow } from "./address.jsx";

export const metadata = { title: "Harbours and a router", icons: "data:," };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <main>
          <Follow />
          <Suspense>
            <Address />
          </Suspense>
          {children}
        </main>
      </body>
    </html>
  );
}
