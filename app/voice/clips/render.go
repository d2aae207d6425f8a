package clips

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
)

// Render has an espeak-ng say each fragment, so many at a time.
func Render(ctx context.Context, engine, language string, plan []Fragment, at int) (map[string][]int16, error) {
	var (
		mu   sync.Mutex
		said = map[string][]int16{}
		all  []error
		work sync.WaitGroup
		next = make(chan Fragment)
	)
	folder, err := os.MkdirTemp("", "aidpost-voice-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	for i := range at {
		file := filepath.Join(folder, strconv.Itoa(i)+".wav")
		work.Go(func() {
			for f := range next {
				samples, err := render(ctx, engine, language, file, f)
				mu.Lock()
				if err != nil {
					all = append(all, err)
				} else {
					said[f.Key] = samples
				}
				mu.Unlock()
			}
		})
	}
	for _, f := range plan {
		next <- f
	}
	close(next)
	work.Wait()
	return said, errors.Join(all...)
}

// render says one into a file.
func render(ctx context.Context, engine, language, file string, f Fragment) ([]int16, error) {
	// Into a file: what was written into a pipe has been seen to lack a part.
	cmd := exec.CommandContext(ctx, engine, "-v", language, "-s", "150", "-w", file, "--stdin")
	cmd.Stdin = strings.NewReader(f.Text + "\n")
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("say %q with %s: %w", f.Text, engine, err)
	}
	wav, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	samples, err := FromWAV(wav)
	if err == nil && len(samples) == 0 {
		err = errors.New("nothing is heard")
	}
	if err != nil {
		return nil, fmt.Errorf("say %q with %s: %w", f.Text, engine, err)
	}
	return samples, nil
}
