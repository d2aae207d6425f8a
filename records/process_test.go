//go:build unix

package records

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	cmd := child(t, "hold", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "open\n" {
		t.Fatalf("child said %q, %v", line, err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("beside another process: %v", err)
	}
	openAt(t, path, Options{ReadOnly: true})
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
}

// outcome runs a child to its end and returns what it acknowledged and how it
// failed.
func outcome(t *testing.T, cmd *exec.Cmd) ([]saved, string) {
	t.Helper()
	out, err := cmd.Output()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return heard(t, bufio.NewScanner(bytes.NewReader(out)))
}

// limited runs cmd where no file may grow beyond size, in kilobytes.
func limited(cmd *exec.Cmd, kilobytes string) *exec.Cmd {
	script := `ulimit -f ` + kilobytes + ` && exec "$0"`
	out := exec.Command("bash", "-c", script, cmd.Path)
	out.Env, out.Stderr = cmd.Env, cmd.Stderr
	return out
}

func TestFilesCannotGrow(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash to limit a child")
	}
	for _, kilobytes := range []string{"500", "1000", "3000"} {
		path := filepath.Join(t.TempDir(), "aidpost.db")
		acknowledged, kind := outcome(t, limited(child(t, "save", path), kilobytes))
		if kind != "full" || len(acknowledged) == 0 {
			t.Errorf("%s kB: %d saved, then %s", kilobytes, len(acknowledged), kind)
		}
		s := openAt(t, path, Options{Now: time.Now}) // there is room again
		checkWhole(t, s, acknowledged)
		if err := s.Save(t.Context(), visit(nil, time.Now().Add(-time.Hour))); err != nil {
			t.Errorf("%s kB: save with room: %v", kilobytes, err)
		}
	}
	// No room even to make the file: nothing is left that looks like one.
	path := filepath.Join(t.TempDir(), "aidpost.db")
	if _, kind := outcome(t, limited(child(t, "open", path), "8")); kind != "full" {
		t.Errorf("making a file: %s", kind)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 || left[0] != path+".lock" {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestFullFileSystem(t *testing.T) {
	dir := smallDisk(t, "")
	path := filepath.Join(dir, "aidpost.db")
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 512<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	acknowledged, kind := outcome(t, child(t, "save", path))
	if kind != "full" || len(acknowledged) == 0 {
		t.Fatalf("%d saved, then %s", len(acknowledged), kind)
	}
	// Still full: opening tells so or works, and what was saved can be read.
	s, err := Open(t.Context(), path, Options{Now: time.Now, Keys: testKeys()})
	if err == nil {
		for err == nil {
			err = s.Save(t.Context(), visit(nil, time.Now().Add(-time.Hour)))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if !errors.Is(err, ErrFull) {
		t.Errorf("on the full disk: %v", err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{Now: time.Now, Keys: testKeys()})
	for _, a := range acknowledged {
		if _, err := s.Encounter(t.Context(), a.id); err != nil {
			t.Fatal(err)
		}
	}
	save(t, s, visit(nil, time.Now().Add(-time.Hour)))
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil { // before the disk goes
		t.Error(err)
	}
}

// smallDisk mounts a file system of 2 MiB, or skips where that is forbidden.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	return diskOf(t, "2m", options)
}

// diskOf is smallDisk of any size.
func diskOf(t *testing.T, size, options string) string {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size+options, "tmpfs", dir).CombinedOutput()
	if err != nil {
		t.Skipf("cannot mount: %v, %s", err, bytes.TrimSpace(out))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v, %s", err, out)
		}
	})
	return dir
}

func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t, "")
	path := filepath.Join(dir, "aidpost.db")
	original := makeSample(t)
	if err := os.WriteFile(path, original.file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Skipf("cannot remount: %v, %s", err, out)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("for writing: %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "new.db"), Options{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a new file: %v", err)
	}
	s := openAt(t, path, Options{ReadOnly: true})
	if _, err := s.Encounter(t.Context(), original.ids[0]); err != nil {
		t.Errorf("reading: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(readFile(t, path), original.file) {
		t.Error("the file was changed")
	}
}

// asNobody makes cmd run without rights where the test has all of them.
func asNobody(cmd *exec.Cmd) *exec.Cmd {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

func TestReadOnlyFiles(t *testing.T) {
	original := makeSample(t)
	for _, tt := range []struct {
		name       string
		file, tree os.FileMode
	}{
		{"folder", 0o600, 0o500}, {"file", 0o400, 0o700}, {"both", 0o400, 0o500},
	} {
		dir, err := os.MkdirTemp("", "aidpost")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700); _ = os.RemoveAll(dir) })
		path := filepath.Join(dir, "aidpost.db")
		if err := os.WriteFile(path, original.file, tt.file); err != nil {
			t.Fatal(err)
		}
		if os.Getuid() == 0 {
			if err := errors.Join(os.Chown(path, 65534, 65534), os.Chown(dir, 65534, 65534)); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(dir, tt.tree); err != nil {
			t.Fatal(err)
		}
		if _, kind := outcome(t, asNobody(nobodysChild(t, "open", path))); kind != "read-only" {
			t.Errorf("%s: %q", tt.name, kind)
		}
		if !bytes.Equal(readFile(t, path), original.file) {
			t.Errorf("%s: the file was changed", tt.name)
		}
		left, err := filepath.Glob(path + "*")
		if err != nil || strings.Join(left, " ") != path && strings.Join(left, " ") != path+" "+path+".lock" {
			t.Errorf("%s: left %v, %v", tt.name, left, err)
		}
	}
}

// nobodysChild is a child whose program others may run.
func nobodysChild(t *testing.T, task, path string) *exec.Cmd {
	t.Helper()
	cmd := child(t, task, path)
	program := filepath.Join(filepath.Dir(filepath.Dir(path)), filepath.Base(filepath.Dir(path))+".test")
	if err := os.WriteFile(program, readFile(t, cmd.Path), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Remove(program) })
	cmd.Path, cmd.Args = program, []string{program}
	return cmd
}
