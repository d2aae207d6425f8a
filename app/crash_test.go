package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestKeepCrash(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, crashName)
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept := func() []string {
		t.Helper()
		all, err := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i] = filepath.Base(all[i])
		}
		slices.Sort(all)
		return all
	}
	if err := keepCrash(path, now); err != nil {
		t.Fatalf("without a crash: %v", err)
	}
	write("")
	if err := keepCrash(path, now); err != nil || len(kept()) > 0 {
		t.Fatalf("after an end in order: kept %q, %v", kept(), err)
	}
	for i := range crashesKept + 2 {
		write("stacks")
		if err := keepCrash(path, now.Add(time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	got := kept()
	if len(got) != crashesKept || got[0] != "crash-20260301T080200Z.txt" {
		t.Errorf("kept %q", got)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the crash is still where the next one goes: %v", err)
	}
}
