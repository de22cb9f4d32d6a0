// A client of the restaurant, typed by its document. It is compiled, not run: a line marked as an error must be one.
import createClient from "openapi-fetch";
import type { components, paths } from "./restaurant.js";

const restaurant = createClient<paths>({ baseUrl: "http://localhost:3000" });

export async function order(table: number, dish: number): Promise<components["schemas"]["Order"]> {
  const { data, error, response } = await restaurant.POST("/orders", { body: { table, lines: [{ dish, quantity: 2 }] } });
  if (!data) throw new Error(`${response.status}: ${error.title}`);
  const placedAt: string = data.placedAt;
  const state: "placed" | "cooking" | "ready" | "served" | "cancelled" = data.state;
  console.log(placedAt, state, data.lines[0]?.note?.length);
  return data;
}

export async function cooking(): Promise<number[]> {
  const { data } = await restaurant.GET("/orders", { params: { query: { state: ["cooking", "ready"], limit: 10, sort: "-placed_at" } } });
  return (data?.items ?? []).map(each => each.id);
}

export async function dearer(id: number, price: number): Promise<string | null> {
  const { data: dish } = await restaurant.GET("/menu/{id}", { params: { path: { id } } });
  if (!dish) return null;
  const change = await restaurant.PUT("/menu/{id}", { params: { path: { id }, header: { "If-Match": `"${dish.version}"` } }, body: { name: dish.name, price } });
  return change.response.status === 412 ? change.error?.title ?? null : change.response.headers.get("ETag");
}

export async function mistakes(): Promise<void> {
  // @ts-expect-error There is no such state.
  await restaurant.GET("/orders", { params: { query: { state: ["burnt"] } } });
  // @ts-expect-error A table is a number.
  await restaurant.POST("/orders", { body: { table: "one", lines: [] } });
  // @ts-expect-error Whoever changes a dish says which version they have seen.
  await restaurant.PUT("/menu/{id}", { params: { path: { id: 1 } }, body: { name: "Soup", price: 1 } });
  // @ts-expect-error The path has a parameter.
  await restaurant.GET("/orders/{id}");
}
