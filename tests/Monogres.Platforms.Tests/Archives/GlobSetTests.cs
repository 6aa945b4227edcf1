using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Tests.Archives;

public class GlobSetTests
{
    [Theory]
    [InlineData("usr/share/doc", "usr/share/doc", true)]
    [InlineData("usr/share/doc", "usr/share/doc/gcc/copyright", true)]
    [InlineData("usr/share/doc", "usr/share/docs", false)]
    [InlineData("usr/share/doc", "usr/share", false)]
    [InlineData("usr/share/doc/**", "usr/share/doc", true)]
    [InlineData("usr/share/doc/**", "usr/share/doc/a/b", true)]
    [InlineData("usr/*/doc", "usr/share/doc", true)]
    [InlineData("usr/*/doc", "usr/a/b/doc", false)]
    [InlineData("usr/**/doc", "usr/doc", true)]
    [InlineData("usr/**/doc", "usr/a/b/doc/x", true)]
    [InlineData("**/*.pyc", "a/b/x.pyc", true)]
    [InlineData("**/*.pyc", "x.pyc", true)]
    [InlineData("**/*.pyc", "x.py", false)]
    [InlineData("lib?.a", "libx.a", true)]
    [InlineData("lib?.a", "lib.a", false)]
    [InlineData("lib?.a", "lib/.a", false)]
    [InlineData("usr/bin/[", "usr/bin/[", true)]
    [InlineData("a*b*c", "aXbXbc", true)]
    [InlineData("a*b*c", "aXc", false)]
    public void A_pattern_describes_whole_paths(string pattern, string path, bool matches) => Assert.Equal(matches, GlobSet.Parse([pattern]).IsMatch(path));

    [Theory]
    [InlineData("")]
    [InlineData("/usr")]
    [InlineData("usr//x")]
    [InlineData("../x")]
    [InlineData("usr/a**")]
    public void A_wrong_pattern_is_refused(string pattern) => Assert.Throws<FormatException>(() => GlobSet.Parse([pattern]));

    [Fact]
    public void Patterns_mean_what_the_regular_expressions_for_them_mean()
    {
        var segment = Gen.Elements("a", "b", "ab", "aab", "bba", "c");
        var paths = segment.NonEmptyListOf().Select(segments => string.Join('/', segments.Take(6)));
        var patterns = Gen.Elements("a", "b", "*", "**", "a*", "*b", "a?", "?", "a*b", "*a*").NonEmptyListOf().Select(segments => string.Join('/', segments.Take(5)));

        Prop.ForAll(patterns.ToArbitrary(), paths.ToArbitrary(), (pattern, path) => GlobSet.Parse([pattern]).IsMatch(path) == ToRegex(pattern).IsMatch(path + "/"))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(1, 3));
    }

    private static Regex ToRegex(string pattern) => new(
        "^" + string.Concat(pattern.Split('/').Select(segment => segment == "**" ? "([^/]+/)*" : Regex.Escape(segment).Replace("\\*", "[^/]*").Replace("\\?", "[^/]") + "/")),
        RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));
}
