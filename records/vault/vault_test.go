package vault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	now   = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	cheap = Cost{Passes: 1, KiB: 64, Threads: 1}
)

// fixed is a source with one secret for slots of one kind.
type fixed struct {
	kind   Kind
	secret string
}

func (f fixed) Secret(_ context.Context, _ string, slot Slot) ([]byte, error) {
	if slot.Kind != f.kind {
		return nil, ErrNoSecret
	}
	return []byte(f.secret), nil
}

// fresh makes a ring with one slot of each kind that is given.
func fresh(t *testing.T, with ...fixed) *Vault {
	t.Helper()
	v, err := New(now, false)
	for _, f := range with {
		if err == nil {
			v, _, err = v.AddSlot(Credential{f.kind, "test", []byte(f.secret), &cheap}, now)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func encode(t *testing.T, v *Vault) []byte {
	t.Helper()
	out, err := v.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func must(t *testing.T) func(v *Vault, err error) *Vault {
	return func(v *Vault, err error) *Vault {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var (
	file  = fixed{KeyFile, "of the machine"}
	words = fixed{Passphrase, "correct horse battery staple"}
	paper = fixed{Recovery, "twenty random bytes."}
)

func TestOpen(t *testing.T) {
	v := fresh(t, file, words, paper)
	stored := encode(t, v)
	sealed := v.Keys().Seal(Content, []byte("salt"), []byte("120/80"), []byte("row 1"))
	for name, tt := range map[string]struct {
		sources []Source
		want    error
	}{
		"key file":             {[]Source{file}, nil},
		"passphrase":           {[]Source{words}, nil},
		"recovery":             {[]Source{paper}, nil},
		"a wrong one first":    {[]Source{fixed{KeyFile, "another"}, words}, nil},
		"nothing":              {nil, ErrLocked},
		"of no slot":           {[]Source{fixed{KeyStore, "x"}}, ErrLocked},
		"wrong file":           {[]Source{fixed{KeyFile, "another"}}, ErrKey},
		"secret of other kind": {[]Source{fixed{Recovery, words.secret}}, ErrKey},
		"missing file":         {[]Source{File{filepath.Join(t.TempDir(), "none")}}, ErrLocked},
	} {
		t.Run(name, func(t *testing.T) {
			opened, err := Open(t.Context(), stored, tt.sources...)
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Fatalf("got %v", err)
			}
			if err != nil {
				return
			}
			content, err := opened.Keys().Open(Content, []byte("salt"), sealed, []byte("row 1"))
			if err != nil || string(content) != "120/80" {
				t.Errorf("opened %q, %v", content, err)
			}
		})
	}
}

// TestNothingElseOpens: another purpose, salt, row, version or a flipped bit.
func TestNothingElseOpens(t *testing.T) {
	keys := fresh(t, file).Keys()
	salt, row := []byte("salt"), []byte("row 1")
	sealed := keys.Seal(Content, salt, []byte("120/80"), row)
	if bytes.Contains(sealed, []byte("120/80")) || bytes.Equal(sealed, keys.Seal(Content, salt, []byte("120/80"), row)) {
		t.Error("not sealed, or twice with one nonce")
	}
	for name, open := range map[string]func() ([]byte, error){
		"purpose": func() ([]byte, error) { return keys.Open(Audit, salt, sealed, row) },
		"salt":    func() ([]byte, error) { return keys.Open(Content, []byte("salu"), sealed, row) },
		"no salt": func() ([]byte, error) { return keys.Open(Content, nil, sealed, row) },
		"row":     func() ([]byte, error) { return keys.Open(Content, salt, sealed, []byte("row 2")) },
		"other":   func() ([]byte, error) { return fresh(t, file).Keys().Open(Content, salt, sealed, row) },
		"short":   func() ([]byte, error) { return keys.Open(Content, salt, sealed[:20], row) },
		"empty":   func() ([]byte, error) { return keys.Open(Content, salt, nil, row) },
	} {
		if content, err := open(); !errors.Is(err, ErrDamaged) || content != nil {
			t.Errorf("%s: %q, %v", name, content, err)
		}
	}
	for at := range len(sealed) * 8 {
		flipped := bytes.Clone(sealed)
		flipped[at/8] ^= 1 << (at % 8)
		want := ErrDamaged
		if at < versionSize*8 {
			want = ErrKey
		}
		if _, err := keys.Open(Content, salt, flipped, row); !errors.Is(err, want) {
			t.Fatalf("bit %d: %v", at, err)
		}
	}
}

func TestRotate(t *testing.T) {
	first := fresh(t, file)
	old := first.Keys().Seal(Content, nil, []byte("a"), nil)
	entry := first.Keys().Seal(Audit, nil, []byte("b"), nil)
	token := first.Keys().Tokens([]byte("Ada"))
	second := must(t)(first.Rotate(now))
	if _, err := second.Rotate(now); err == nil || !second.Rotating() {
		t.Error("rotated twice at once")
	}
	if got, err := second.Keys().Open(Content, nil, old, nil); err != nil || string(got) != "a" {
		t.Errorf("while rotating: %q, %v", got, err)
	}
	if both := second.Keys().Tokens([]byte("Ada")); len(both) != 2 || !bytes.Equal(both[1], token[0]) || bytes.Equal(both[0], token[0]) {
		t.Errorf("tokens %x, before %x", both, token)
	}
	third := must(t)(second.Settle(now))
	third, err := Open(t.Context(), encode(t, third), file)
	if err != nil || third.Rotating() {
		t.Fatal(err)
	}
	if got, err := third.Keys().Open(Content, nil, old, nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("a retired key opens %q, %v", got, err)
	}
	if got, err := third.Keys().Open(Audit, nil, entry, nil); err != nil || string(got) != "b" {
		t.Errorf("an old audit entry: %q, %v", got, err)
	}
	if only := third.Keys().Tokens([]byte("Ada")); len(only) != 1 {
		t.Errorf("%d tokens", len(only))
	}
}

// TestRemovedSlot: its secret opens neither the ring nor, with an old copy of
// it, what is sealed with the next data key.
func TestRemovedSlot(t *testing.T) {
	v := fresh(t, file, words)
	before := encode(t, v)
	if _, err := v.RemoveSlot(7); !errors.Is(err, ErrNoSlot) {
		t.Errorf("slot 7: %v", err)
	}
	v = must(t)(v.RemoveSlot(2))
	if _, err := v.RemoveSlot(1); !errors.Is(err, ErrLastSlot) {
		t.Errorf("the last: %v", err)
	}
	v = must(t)(v.Rotate(now))
	after := encode(t, v)
	if _, err := Open(t.Context(), after, words); !errors.Is(err, ErrLocked) {
		t.Errorf("removed passphrase: %v", err)
	}
	if _, err := Open(t.Context(), after, file); err != nil {
		t.Errorf("the other slot: %v", err)
	}
	thief, err := Open(t.Context(), before, words)
	if err != nil {
		t.Fatal(err)
	}
	stolen := *v
	stolen.master = thief.master
	if err := stolen.unwrapKeys(); !errors.Is(err, ErrDamaged) {
		t.Errorf("the old master key unwraps: %v", err)
	}
}

// TestChangedRing: a slot, a key or a mark put in by somebody without the
// master key is noticed.
func TestChangedRing(t *testing.T) {
	stored := encode(t, fresh(t, file, words))
	for name, change := range map[string]func(*ring){
		"slot put in":   func(r *ring) { r.Slots = append(r.Slots, r.Slots[0]) },
		"slot taken":    func(r *ring) { r.Slots = r.Slots[:1] },
		"label":         func(r *ring) { r.Slots[0].Label = "x" },
		"plain allowed": func(r *ring) { r.Plain = true },
		"key taken":     func(r *ring) { r.Versions = nil },
	} {
		r, err := decode(stored)
		if err != nil {
			t.Fatal(err)
		}
		change(&r)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), withSum(text), file); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for at := range stored {
		flipped := bytes.Clone(stored)
		flipped[at] ^= 4
		if Whole(flipped) {
			t.Fatalf("byte %d: a damaged ring is whole", at)
		}
	}
}

func TestImpossibleCost(t *testing.T) {
	for _, c := range []Cost{{}, {Passes: 1 << 20, KiB: 64, Threads: 1}, {Passes: 1, KiB: 1 << 30, Threads: 1}, {Passes: 1, KiB: 64}} {
		if _, err := c.stretch([]byte("x"), []byte("saltsalt")); !errors.Is(err, ErrDamaged) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestRecovery(t *testing.T) {
	printed, secret := NewRecovery()
	if len(printed) != 9*4+8 || len(secret) != 20 {
		t.Fatalf("%q, %d bytes", printed, len(secret))
	}
	// Known bytes, so that a printed key stays good.
	if got := printRecovery([]byte("aidpost recovery key")); got != "C5MP-8W3F-EDT2-0WK5-CDQQ-CSBJ-F4G6-PSBS-"+check("C5MP8W3FEDT20WK5CDQQCSBJF4G6PSBS") {
		t.Errorf("printed %s", got)
	}
	typings := []string{printed, strings.ToLower(printed), strings.ReplaceAll(printed, "-", " "), strings.ReplaceAll(printed, "-", ""),
		strings.NewReplacer("0", "o", "1", "l").Replace(printed)}
	for _, typed := range typings {
		if got, err := ParseRecovery(typed); err != nil || !bytes.Equal(got, secret) {
			t.Errorf("%q: %x, %v", typed, got, err)
		}
	}
	for at := range printed {
		if printed[at] == '-' {
			continue
		}
		for i := range alphabet {
			wrong := printed[:at] + alphabet[i:i+1] + printed[at+1:]
			if _, err := ParseRecovery(wrong); wrong != printed && !errors.Is(err, ErrMistyped) {
				t.Errorf("%q for %q: %v", wrong, printed, err)
			}
		}
	}
	for _, typed := range []string{"", "correct horse", printed[:40], printed + "-0000", strings.Replace(printed, printed[:1], "U", 1)} {
		if _, err := ParseRecovery(typed); !errors.Is(err, ErrNotRecovery) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestPrompt(t *testing.T) {
	printed, secret := NewRecovery()
	v := fresh(t, file, words, fixed{Recovery, string(secret)})
	stored := encode(t, v)
	for typed, want := range map[string]error{
		words.secret: nil, printed: nil, "wrong": ErrKey, "": ErrLocked, printed[:43] + "!": ErrKey,
	} {
		asked := 0
		p := &Prompt{Ask: func(context.Context, string) (string, error) { asked++; return typed, nil }}
		if _, err := Open(t.Context(), stored, p); !errors.Is(err, want) || asked != 1 {
			t.Errorf("%q: %v, asked %d times", typed, err, asked)
		}
	}
	p := &Prompt{Ask: func(context.Context, string) (string, error) { t.Error("asked"); return "", nil }}
	if _, err := Open(t.Context(), stored, file, p); err != nil {
		t.Error(err)
	}
}

func TestKeyFile(t *testing.T) {
	f := File{filepath.Join(t.TempDir(), "a", "machine.key")}
	secret, err := f.Make()
	if err != nil || len(secret) != KeySize {
		t.Fatalf("%x, %v", secret, err)
	}
	if again, err := f.Make(); err != nil || !bytes.Equal(again, secret) {
		t.Errorf("made again: %x, %v", again, err)
	}
	info, err := os.Stat(f.Path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if left, err := os.ReadDir(filepath.Dir(f.Path)); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	slot := Slot{Kind: KeyFile}
	for text, want := range map[string]error{"": ErrKeyFile, "not base64!": ErrKeyFile, "c2hvcnQ=": ErrKeyFile} {
		if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Secret(t.Context(), "", slot); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
		if _, err := f.Make(); !errors.Is(err, want) {
			t.Errorf("%q was replaced: %v", text, err)
		}
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(f.Path, 0o640); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Secret(t.Context(), "", slot); !errors.Is(err, ErrOpenFile) {
			t.Errorf("open to others: %v", err)
		}
	}
}

// memory is a key store for tests.
type memory map[string][]byte

func (m memory) Get(ring string) ([]byte, error) {
	if secret, ok := m[ring]; ok {
		return secret, nil
	}
	return nil, ErrNoSecret
}
func (m memory) Set(ring string, secret []byte) error { m[ring] = secret; return nil }
func (m memory) Delete(ring string) error             { delete(m, ring); return nil }

func TestInStore(t *testing.T) {
	v := fresh(t, fixed{KeyStore, "kept by the system"})
	stored, store := encode(t, v), memory{}
	if _, err := Open(t.Context(), stored, InStore{store}); !errors.Is(err, ErrLocked) {
		t.Errorf("empty: %v", err)
	}
	if err := store.Set(v.ID(), []byte("kept by the system")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), stored, InStore{store}); err != nil {
		t.Error(err)
	}
}

// TestNoSessionBus: the key store of the system says so at once.
func TestNoSessionBus(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("others have no bus")
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	if _, err := (System{}).Get("x"); !errors.Is(err, ErrNoKeyStore) {
		t.Errorf("got %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"id":"x","slots":[{"number":1,"kind":"passphrase","argon2id":{"passes":1,"kib":8,"threads":1}}]}`))
	f.Add([]byte(`{"slots":[{"kind":"key-file","public":"AAAA","wrapped":"AAAA"}],"versions":[{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := Open(context.Background(), withSum(text), file, words)
		if err == nil {
			t.Fatalf("opened %+v", v)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	v, err := New(now, false)
	if err != nil {
		b.Fatal(err)
	}
	content, salt, row := make([]byte, 3000), random(SaltSize), make([]byte, 50)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		v.Keys().Seal(Content, salt, content, row)
	}
}

func BenchmarkPassphrase(b *testing.B) {
	for b.Loop() {
		if _, err := UsualCost().stretch([]byte("correct horse"), []byte("saltsaltsaltsalt")); err != nil {
			b.Fatal(err)
		}
	}
}
