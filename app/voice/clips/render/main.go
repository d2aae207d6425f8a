// Render has espeak-ng say all that a kiosk can say, and writes a pack of clips for each
// language into a folder:
//
//	go run ./app/voice/clips/render FOLDER [LANGUAGE...]
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"

	"aidpost/app/voice/clips"
	"aidpost/assets/words"
	"aidpost/records/guideline"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: render FOLDER [LANGUAGE...]")
		os.Exit(2)
	}
	if err := run(ctx, os.Stdout, os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "render:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, folder string, only []string) error {
	catalogue, err := words.Load()
	if err != nil {
		return err
	}
	rules, err := guideline.Load()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, l := range catalogue.Langs() {
		if len(only) > 0 && !slices.Contains(only, l.Tag()) {
			continue
		}
		said, err := clips.Render(ctx, "espeak-ng", l.Tag(), clips.Plan(catalogue, l, rules), runtime.NumCPU())
		if err != nil {
			return fmt.Errorf("%s: %w", l.Tag(), err)
		}
		var file bytes.Buffer
		if err := clips.Write(&file, l.Tag(), l.Decimal(), "espeak-ng", said); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, l.Tag()+clips.Ending), file.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d clips, %.1f MB\n", l.Tag(), len(said), float64(file.Len())/1e6)
	}
	return nil
}
