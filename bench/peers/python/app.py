"""FastAPI on uvicorn, one worker; uvicorn takes uvloop and httptools when they are installed."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

app = FastAPI()


class Greeting(BaseModel):
    message: str


class User(BaseModel):
    id: str


@app.get("/plaintext", response_class=PlainTextResponse)
async def plaintext():
    return "Hello, World!"


@app.get("/json")
async def json():
    return Greeting(message="Hello, World!")


@app.post("/echo")
async def echo(body: Greeting):
    return body


async def user(id: str):
    return User(id=id)


app.get("/users/{id}")(user)
for i in range(200):
    app.get(f"/r{i}/{{id}}")(user)
