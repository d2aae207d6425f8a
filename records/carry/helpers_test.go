package carry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"testing"

	"filippo.io/age"
)

// copyOf is a stick with the same files.
func copyOf(t *testing.T, s Stick) Stick {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(s.folder)); err != nil {
		t.Fatal(err)
	}
	return OnStick(dir)
}

func hexOfSum(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:]) }

// sealedText seals any text, as anybody can.
func sealedText(t *testing.T, recipient string, text []byte) []byte {
	t.Helper()
	r, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, r)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// opened is what is in the seal of a letter.
func opened(t *testing.T, k keys, file []byte) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(file), k.identity)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
