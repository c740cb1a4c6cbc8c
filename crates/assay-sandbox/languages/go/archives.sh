# Makes the archives that programs are linked with, when the image is built.
set -eu
export CGO_ENABLED=0 GO111MODULE=off GOCACHE=/tmp/cache HOME=/tmp
testify=github.com/stretchr/testify

# Compiles the standard library and testify as it lies in $GOPATH, and lists their archives in the file $1.
archives() {
    cd "$GOPATH/src"
    # shellcheck disable=SC2046 # Each is an argument.
    go install std $(go list -deps $testify/assert $testify/require | grep -F .)
    go list -deps -f '{{if and .Target (ne .ImportPath "unsafe")}}packagefile {{.ImportPath}}={{.Target}}{{end}}' \
        std $testify/assert $testify/require >"$1"
}

export GOPATH=/opt/assay/go/path
mkdir -p $GOPATH
cp -rL /usr/share/gocode/src $GOPATH/src
archives /opt/assay/go/importcfg

export GOPATH=/opt/assay/go/lean
mkdir -p $GOPATH
cp -rL /usr/share/gocode/src $GOPATH/src
cd $GOPATH/src/$testify
rm assert/http_assertions.go
for file in assert/assertion_format.go assert/assertion_forward.go require/require.go require/require_forward.go; do
    awk '/^func (\([^)]*\) )?HTTP/ { gone = 1 }
         !gone && !/^\t(http|url) "net\/(http|url)"$/ { print }
         /^}/ { gone = 0 }' $file >$file.lean
    mv $file.lean $file
done
archives /opt/assay/go/importcfg-lean

ln -s "$(go env GOTOOLDIR)" /opt/assay/go/tools
cd /opt/assay/go
# What `testing` asks for changes with Go. Where it is not this, its own stays in use.
printf 'package main\nimport ("assay/deps"; "testing")\nfunc main() { testing.MainStart(deps.TestDeps{}, nil, nil, nil, nil) }\n' >fits.go
tools/compile -p assay/deps -complete -pack -importcfg importcfg -o deps.a deps.go
for list in importcfg importcfg-lean; do echo 'packagefile assay/deps=/opt/assay/go/deps.a' >>$list; done
tools/compile -p main -complete -pack -importcfg importcfg -o fits.a fits.go || rm deps.a
rm -f fits.go fits.a
printf 'Go %s' "$(go env GOVERSION | sed s/go//)" >/opt/assay/toolchain
rm -rf /tmp/cache /opt/assay/go/path/src /opt/assay/go/lean/src
