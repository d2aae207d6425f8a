//go:build !linux

package jack

import (
	"errors"
	"os"
)

// inserted is not known here.
func inserted(*os.File) (bool, error) { return false, errors.ErrUnsupported }
