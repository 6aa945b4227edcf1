using FsCheck;
using FsCheck.Fluent;

namespace Monogres.Core.Tests;

public class RelativePathTests
{
    private static readonly Gen<string> Piece = Gen.Elements("a", "b", "..", ".", "", "...", "é", "a b", "\0", "..a", "a\\b");

    private static readonly Arbitrary<string> AnyText =
        Gen.Choose(0, 6).SelectMany(count => Gen.ArrayOf(Piece, count)).Select(pieces => string.Join('/', pieces)).ToArbitrary();

    private static readonly Gen<RelativePath> AnyPath =
        Gen.Choose(0, 4).SelectMany(count => Gen.ArrayOf(Gen.Elements("a", "b", "c", "...", "é"), count)).Select(pieces => RelativePath.Parse(string.Join('/', pieces)));

    private static readonly Arbitrary<(RelativePath, RelativePath)> Two = (from a in AnyPath from b in AnyPath select (a, b)).ToArbitrary();

    private static readonly Arbitrary<(RelativePath, string)> PathAndText = (from a in AnyPath from text in AnyText.Generator select (a, text)).ToArbitrary();

    [Fact]
    public void What_is_read_strictly_is_written_the_same() => Prop.ForAll(AnyText, text =>
        !RelativePath.TryParse(text, out var path) || path.Value == text).HoldsAlways();

    [Fact]
    public void What_is_read_is_within_its_root_and_in_normal_form() => Prop.ForAll(AnyText, text =>
        !RelativePath.TryParse(text, out var path) || path.Segments.All(segment => segment is not ("" or "." or "..") && !segment.Contains('\0', StringComparison.Ordinal))).HoldsAlways();

    [Fact]
    public void What_is_resolved_never_leaves_the_root() => Prop.ForAll(PathAndText, pair =>
    {
        var (from, text) = pair;
        var resolved = RelativePath.TryResolve(from, text, out var path);
        return !resolved || RelativePath.TryParse(path.Value, out var again) && again == path;
    }).HoldsAlways();

    [Fact]
    public void Resolving_goes_where_a_file_system_would() => Prop.ForAll(PathAndText, pair =>
    {
        var (from, text) = pair;
        if (text.Contains('\0', StringComparison.Ordinal))
            return true;

        // Twelve directories above the root: a path of six pieces cannot climb higher, so leaving the root shows.
        const string root = "/1/2/3/4/5/6/7/8/9/10/11/12/root";
        var full = Path.GetFullPath(text.StartsWith('/') ? $"{root}/{text}" : $"{root}/{from}/{text}").TrimEnd('/');
        var depth = text.StartsWith('/') ? 0 : from.Segments.Length;
        var leaves = false;
        foreach (var piece in text.Split('/'))
        {
            depth += piece switch { "" or "." => 0, ".." => -1, _ => 1 };
            leaves |= depth < 0;
        }

        return RelativePath.TryResolve(from, text, out var path)
            ? !leaves && full == $"{root}/{path}".TrimEnd('/')
            : leaves;
    }).HoldsAlways();

    [Fact]
    public void A_link_leads_to_its_target() => Prop.ForAll(Two, pair =>
    {
        var (here, target) = pair;
        return RelativePath.TryResolve(here, here.LinkTo(target), out var reached) && reached == target;
    }).HoldsAlways();

    [Fact]
    public void A_path_is_within_another_when_something_combines_to_it() => Prop.ForAll(Two, pair =>
    {
        var (directory, other) = pair;
        return directory.Combine(other).IsWithin(directory)
            && other.IsWithin(directory) == (other.Segments.Length >= directory.Segments.Length && other.Segments.Take(directory.Segments.Length).SequenceEqual(directory.Segments));
    }).HoldsAlways();

    [Fact]
    public void A_path_is_the_child_of_its_parent_by_its_name() => Prop.ForAll(Two, pair =>
        pair.Item1.IsRoot || pair.Item1.Parent.Child(pair.Item1.Name) == pair.Item1).HoldsAlways();

    [Theory]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("a/..")]
    [InlineData("a\0b")]
    public void What_is_not_in_normal_form_is_refused(string text) => Assert.Throws<FormatException>(() => RelativePath.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0")]
    public void What_cannot_be_one_name_is_no_child(string name) => Assert.Throws<FormatException>(() => RelativePath.Root.Child(name));

    [Fact]
    public void A_link_to_its_own_directory_is_a_dot() => Assert.Equal(".", RelativePath.Parse("a/b").LinkTo(RelativePath.Parse("a/b")));
}
