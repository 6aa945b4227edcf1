using Monogres.Sources.Inspection;

namespace Monogres.Sources.Tests.Inspection;

public class ShellCommandsTests
{
    [Theory]
    [InlineData("gawk -f x.awk < in > out", "gawk -f x.awk")]
    [InlineData("a | b && c || d; e & f", "a/b/c/d/e/f")]
    [InlineData("if test -f x; then gawk y; else ! xz z; fi", "test -f x/gawk y/xz z")]
    [InlineData("for i in gawk xz; do file $i; done", "file $i")]
    [InlineData("while read -r x; do (patch $x); done < list", "read -r x/patch $x")]
    [InlineData("case $1 in gawk|xz) echo a;; bash)\n echo b ;; esac; file x", "echo a/echo b/file x")]
    [InlineData("echo `file x` \"$(xz -d \"a b\")\" '$(bash)'", "file x/xz -d a b/echo $() $() $(bash)")]
    [InlineData("echo $((1 + 2)) # gawk", "echo $()")]
    [InlineData("file() {\n xz x\n}\nfile y", "xz x")]
    [InlineData("patch () { :; }\npatch y", ":")]
    [InlineData("cat <<END > x\ngawk y\nEND\nxz z", "cat/xz z")]
    [InlineData("cat <<'A' <<-B\nx\nA\n\ty\n\tB\nxz z", "cat/xz z")]
    [InlineData("LC_ALL=C gawk \\\n  -f x 2>&1", "LC_ALL=C gawk -f x")]
    [InlineData("${PYTHON:-python3} \"$dir/x.py\"", "${PYTHON:-python3} $dir/x.py")]
    [InlineData("'unfinished", "unfinished")]
    [InlineData("echo \"unfinished $(file", "file/echo unfinished $()")]
    [InlineData("", "")]
    public void Commands_are_found_wherever_they_stand(string text, string expected) =>
        Assert.Equal(expected, string.Join('/', ShellCommands.Of(text).Select(command => string.Join(' ', command.Words))));

    [Fact]
    public void Each_has_the_line_where_it_stands() =>
        Assert.Equal([("a", 1), ("b", 3), ("c", 7), ("d", 8)], ShellCommands.Of("a\n\nb <<END\nx\ny\nEND\nc\nd").Select(command => (command.Words[0], command.Line)));

    [Theory]
    [InlineData("$($($($($($(")]
    [InlineData("case x in")]
    [InlineData("<<")]
    [InlineData("\\")]
    [InlineData("`")]
    [InlineData("\u007fELF\0\0$(")]
    public void What_is_no_script_ends_too(string text) => Assert.InRange(ShellCommands.Of(string.Concat(Enumerable.Repeat(text, 100))).Length, 0, 1000);
}
