//go:build ci

package main

// withoutDepth does nothing where no window can be shown.
func withoutDepth() {}
