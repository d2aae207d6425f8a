package strongbox

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
)

const secret = "four words of Amina"

// TestOpens: what was put in comes out for whoever has the passphrase or the
// key, and for nobody else.
func TestOpens(t *testing.T) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	phrase, err := age.NewScryptIdentity(secret)
	if err != nil {
		t.Fatal(err)
	}
	word, err := ForPassphrase(secret)
	if err != nil {
		t.Fatal(err)
	}
	keyed, err := Box{}.Also(key.Recipient().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		box   Box
		by    age.Identity
		opens bool
	}{
		"passphrase": {word, phrase, true}, "key": {keyed, key, true}, "another key": {keyed, other, false},
	} {
		var sealed bytes.Buffer
		write := test.box.Around(func(w io.Writer) error { _, err := io.WriteString(w, "142/91"); return err })
		if err := write(&sealed); err != nil || strings.Contains(sealed.String(), "142/91") {
			t.Fatalf("%s: %v, %q", name, err, &sealed)
		}
		r, err := age.Decrypt(&sealed, test.by)
		if !test.opens {
			if err == nil {
				t.Errorf("%s opens it", name)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text, err := io.ReadAll(r); err != nil || string(text) != "142/91" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// TestUnfinished: what could not be written to its end is no file that opens,
// and a box without a lock changes nothing.
func TestUnfinished(t *testing.T) {
	box, err := ForPassphrase(secret)
	if err != nil {
		t.Fatal(err)
	}
	torn := errors.New("torn")
	var sealed, plain bytes.Buffer
	err = box.Around(func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return torn
	})(&sealed)
	if !errors.Is(err, torn) {
		t.Errorf("got %v", err)
	}
	phrase, err := age.NewScryptIdentity(secret)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := age.Decrypt(&sealed, phrase); err == nil {
		if _, err = io.ReadAll(r); err == nil {
			t.Error("half a file opens as a whole one")
		}
	}
	if err := (Box{}).Around(func(w io.Writer) error { _, err := io.WriteString(w, "open"); return err })(&plain); err != nil || plain.String() != "open" {
		t.Errorf("%q, %v", &plain, err)
	}
}

func TestRefused(t *testing.T) {
	if _, err := ForPassphrase(strings.Repeat("ß", LeastPassphrase-1)); !errors.Is(err, ErrShort) {
		t.Errorf("a short passphrase: %v", err)
	}
	if _, err := (Box{}).Also("age1nobody"); err == nil {
		t.Error("a key that is none")
	}
}
