//go:build !linux

package voice

import "os"

// hold puts a sound where another program can read it.
func hold(wav []byte) (file string, open []*os.File, done func(), err error) {
	return holdInFolder(wav)
}
