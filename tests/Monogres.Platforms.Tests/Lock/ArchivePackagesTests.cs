using System.Text;
using Monogres.Platforms.Lock;
using Monogres.Testing.Repositories;

namespace Monogres.Platforms.Tests.Lock;

public class ArchivePackagesTests
{
    [Fact]
    public void The_newest_package_of_a_name_is_found()
    {
        var packages = Archives.Of("lib 1.9", "lib 1.10", "lib 1.2", "app 1");
        Assert.Equal("1.10", packages.Find("lib")!.Version.Text);
        Assert.Null(packages.Find("li"));
        Assert.Equal(["app", "lib"], packages.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Packages_of_another_architecture_are_passed_over()
    {
        var text = SmallMirror.Stanza("lib 2", "arm64") + SmallMirror.Stanza("lib 1") + SmallMirror.Stanza("only 1", "arm64") + SmallMirror.Stanza("data 1", "all");
        var packages = new ArchivePackages(Encoding.UTF8.GetBytes(text), "amd64");
        Assert.Equal("1", packages.Find("lib")!.Version.Text);
        Assert.Null(packages.Find("only"));
        Assert.Equal("all", packages.Find("data")!.Architecture);
    }

    [Fact]
    public void Those_that_provide_a_virtual_package_are_sorted_by_name()
    {
        var packages = Archives.Of("mawk 1 Provides: awk", "gawk 2 Provides: awk (= 3)", "other 1");
        Assert.Equal(["gawk 3", "mawk "], packages.ProvidersOf("awk").Select(one => $"{one.Package.Name} {one.Version?.Text}"));
        Assert.Empty(packages.ProvidersOf("other"));
    }

    [Fact]
    public void Blank_lines_at_the_ends_are_no_paragraphs_and_an_empty_file_has_none()
    {
        Assert.Equal(["lib"], new ArchivePackages(Encoding.UTF8.GetBytes("\n\n" + SmallMirror.Stanza("lib 1") + "\n\n"), "amd64").Names);
        Assert.Empty(new ArchivePackages(default, "amd64").Names);
    }

    [Fact]
    public void A_paragraph_without_a_name_is_refused() =>
        Assert.Throws<FormatException>(() => new ArchivePackages("Version: 1\n\n"u8.ToArray(), "amd64"));
}
