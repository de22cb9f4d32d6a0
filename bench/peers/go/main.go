// Go net/http with its own mux and encoding/json; no packages. The mux of Go 1.19 has no parameters: a prefix, then the rest.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
)

type greeting struct {
	Message string `json:"message"`
}

type user struct {
	ID string `json:"id"`
}

func writeJSON(w http.ResponseWriter, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(body)
}

func only(method string, handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method {
			http.Error(w, "", http.StatusMethodNotAllowed)
			return
		}
		handler(w, r)
	}
}

func userAt(prefix string) http.HandlerFunc {
	return only("GET", func(w http.ResponseWriter, r *http.Request) {
		id := strings.TrimPrefix(r.URL.Path, prefix)
		if id == "" || strings.Contains(id, "/") {
			http.NotFound(w, r)
			return
		}
		writeJSON(w, user{id})
	})
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("/plaintext", only("GET", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write([]byte("Hello, World!"))
	}))
	mux.HandleFunc("/json", only("GET", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, greeting{"Hello, World!"})
	}))
	mux.HandleFunc("/echo", only("POST", func(w http.ResponseWriter, r *http.Request) {
		var body greeting
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		writeJSON(w, body)
	}))
	mux.HandleFunc("/users/", userAt("/users/"))
	for i := 0; i < 200; i++ {
		prefix := fmt.Sprintf("/r%d/", i)
		mux.HandleFunc(prefix, userAt(prefix))
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux))
}
