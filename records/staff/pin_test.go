package staff

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// cheap is a cost for tests.
var cheap = Cost{Passes: 1, KiB: 8, Threads: 1}

func TestCheckPIN(t *testing.T) {
	for _, pin := range []string{
		"", "12345", "1234567890123", "12345a", "١٢٣٤٥٦", " 291740", "291740\n",
		"000000", "111111", "123123", "131313", "112112", "111222", "121121", "27272727",
		"123456", "654321", "012345", "890123", "987654", "246802", "135791", "112233", "102030", "998877", "010203",
		"123321", "147741", "1357531", "159753", "147258", "789456", "741852", "112358", "314159", "696969", "123456789", "1472583690",
	} {
		if err := CheckPIN(pin); !errors.Is(err, ErrWeakPIN) {
			t.Errorf("%q: %v", pin, err)
		} else if pin != "" && strings.Contains(err.Error(), pin) {
			t.Errorf("%q is in its error", pin)
		}
	}
	for _, pin := range []string{"291740", "604183", "83920174", "550931", "100293847561"} {
		if err := CheckPIN(pin); err != nil {
			t.Errorf("%q: %v", pin, err)
		}
	}
	// The rules leave room: most PINs of six digits may be used.
	refused := 0
	for n := range 1_000_000 {
		if CheckPIN(fmt.Sprintf("%06d", n)) != nil {
			refused++
		}
	}
	if refused < 2000 || refused > 15_000 {
		t.Errorf("%d PINs of six digits are refused", refused)
	}
}

func TestVerifier(t *testing.T) {
	v := NewVerifier("291740", cheap)
	if again := NewVerifier("291740", cheap); v == again {
		t.Error("two verifiers of one PIN are the same")
	}
	for pin, want := range map[string]bool{"291740": true, "291741": false, "": false, "2917400": false} {
		if fits, err := v.Fits(pin); fits != want || err != nil {
			t.Errorf("%q: %v, %v", pin, fits, err)
		}
	}
	if fits, err := NoVerifier(cheap).Fits("291740"); fits || err != nil {
		t.Errorf("no verifier: %v, %v", fits, err)
	}
	if strings.Contains(string(v), "291740") {
		t.Errorf("the PIN is in %s", v)
	}
	if c := UsualCost(); c.Passes != 3 || c.KiB != 65536 || c.Threads != 2 {
		t.Errorf("the usual cost is %+v", c)
	}
}

// Whatever is read in the place of a verifier, nothing fits what is none.
func FuzzVerifier(f *testing.F) {
	good := NewVerifier("291740", cheap)
	f.Add(string(good), "291740")
	f.Add(string(NoVerifier(cheap)), "")
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$$", "1")
	f.Add(strings.ReplaceAll(string(good), "$", ""), "1")
	f.Fuzz(func(t *testing.T, text, pin string) {
		c, salt, hash, err := Verifier(text).parse()
		if err != nil {
			if fits, err := Verifier(text).Fits(pin); fits || err == nil {
				t.Errorf("%q cannot be read and fits: %v, %v", text, fits, err)
			}
			return
		}
		if c.KiB > 1024 || c.Passes > 2 {
			return // costly, which is what it is for
		}
		fits, err := Verifier(text).Fits(pin)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		if again, err := c.verifier(salt, hash).Fits(pin); err != nil || again != fits {
			t.Errorf("%q written again: %v, %v", text, again, err)
		}
	})
}

// Every PIN that may be used has a verifier that fits it and no other.
func TestVerifierFitsOnlyItsPIN(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		pin, other := fmt.Sprintf("%06d", r.IntN(1e6)), fmt.Sprintf("%06d", r.IntN(1e6))
		fits, err := NewVerifier(pin, cheap).Fits(other)
		if err != nil || fits != (pin == other) {
			t.Errorf("%s by %s: %v, %v", pin, other, fits, err)
		}
	}
}

func BenchmarkPIN(b *testing.B) {
	v := NewVerifier("291740", UsualCost())
	for b.Loop() {
		if fits, err := v.Fits("291740"); !fits || err != nil {
			b.Fatal(fits, err)
		}
	}
}
