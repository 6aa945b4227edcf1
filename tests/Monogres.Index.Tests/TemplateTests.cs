using Monogres.Index.Json;

namespace Monogres.Index.Tests;

public class TemplateTests
{
    [Theory]
    [InlineData("postgresql-{version}.tar", "version")]
    [InlineData("{a}{b}{a}", "a b a")]
    [InlineData("${HOME} ${shell} {a,b} { x; } {} {A} {open", "")]
    public void Placeholders_are_lower_case_words_in_braces(string text, string names) =>
        Assert.Equal(names, string.Join(' ', Template.Parse(text).Placeholders));

    [Fact]
    public void Expanding_replaces_each_placeholder_and_nothing_else() => Assert.Equal("1-${a}-{b,c}-2-1",
        Template.Parse("{a}-${a}-{b,c}-{b}-{a}").Expand(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
}
