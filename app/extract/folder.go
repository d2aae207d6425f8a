package extract

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"aidpost/app/strongbox"
)

// folderFiles are the files of a folder, one for each type of resource.
type folderFiles struct {
	folder string
	box    strongbox.Box
	files  []*os.File
	bufs   []*bufio.Writer
	sealed []io.WriteCloser
}

func (n *folderFiles) open(resourceType string) (io.Writer, error) {
	name := resourceType + ".ndjson"
	if n.box.Closed() {
		name += strongbox.Suffix
	}
	f, err := os.OpenFile(filepath.Join(n.folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	buf := bufio.NewWriter(f)
	sealed, err := n.box.Writer(buf)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	n.files, n.bufs, n.sealed = append(n.files, f), append(n.bufs, buf), append(n.sealed, sealed)
	return sealed, nil
}

func (n *folderFiles) close() error {
	var errs []error
	for i, f := range n.files {
		errs = append(errs, n.sealed[i].Close(), n.bufs[i].Flush(), f.Sync(), f.Close())
	}
	return errors.Join(errs...)
}
