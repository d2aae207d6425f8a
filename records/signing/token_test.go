package signing

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	key := func(seed byte) (Key, Public) {
		k, err := NewKey(bytes.Repeat([]byte{seed}, SeedSize))
		if err != nil {
			t.Fatal(err)
		}
		p, err := k.Public()
		if err != nil {
			t.Fatal(err)
		}
		return k, p
	}
	k, public := key(1)
	_, other := key(2)
	token, err := Seal(k, Head{Type: "x"}, []byte("body"))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := Seal(k, Head{Type: "x"}, []byte("body")); again != token {
		t.Error("the same text is signed in two ways")
	}
	head, body, err := Open(token, Set{Keys: []Public{other, public}})
	if err != nil || string(body) != "body" || head.Type != "x" || head.KeyID != public.KeyID {
		t.Errorf("%+v, %q, %v", head, body, err)
	}
	parts := strings.Split(token, ".")
	forged, _ := Seal(k, Head{Type: "x"}, []byte("more"))
	for signed, want := range map[string]error{
		"": ErrToken, "a.b": ErrToken, "!." + parts[1] + "." + parts[2]: ErrToken,
		parts[0] + "." + strings.Split(forged, ".")[1] + "." + parts[2]:                               ErrChanged,
		parts[0] + "." + parts[1] + "." + strings.Repeat("A", 86):                                     ErrChanged,
		parts[0] + "." + parts[1] + ".AAAA":                                                           ErrChanged,
		text.EncodeToString([]byte(`{"alg":"none","kid":"`+public.KeyID+`"}`)) + "." + parts[1] + ".": ErrToken,
	} {
		if _, body, err := Open(signed, Set{Keys: []Public{public}}); !errors.Is(err, want) || body != nil {
			t.Errorf("%q: %q, %v", signed, body, err)
		}
	}
	if _, _, err := Open(token, Set{Keys: []Public{other}}); !errors.Is(err, ErrKey) {
		t.Errorf("with another key: %v", err)
	}
}
