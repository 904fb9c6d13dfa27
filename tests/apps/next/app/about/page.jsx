"use client";
// Another path, with the same parameters.

import { useRouter } from "next/navigation";
import { int } from "tabstate";
import { useQueryParam } from "tabstate/react";

const page = int({ min: 1 }).default(1);

export default function About() {
  const router = useRouter();
  const [number] = useQueryParam("page", page);
  return (
    <p>
      <output data-testid="about">{number}</output>
      <button type="button" data-testid="back" onClick={() => router.back()}>
        Back
      </button>
    </p>
  );
}
