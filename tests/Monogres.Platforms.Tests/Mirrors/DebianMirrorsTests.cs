using Monogres.Core;
using Monogres.Platforms.Mirrors;
using Monogres.Testing;

namespace Monogres.Platforms.Tests.Mirrors;

public class DebianMirrorsTests
{
    [Theory]
    [InlineData("deb http://mirror.example/debian bookworm main", "debian http://mirror.example/debian/")]
    [InlineData("deb [arch=amd64 signed-by=/x.gpg] https://mirror.example/pub/debian/ trixie main contrib # comment", "debian https://mirror.example/pub/debian/")]
    [InlineData("deb file:/srv/mirror/debian stable main", "debian file:///srv/mirror/debian/")]
    [InlineData("deb http://mirror.example/debian-security bullseye-security main", "debian-security http://mirror.example/debian-security/")]
    [InlineData("deb http://mirror.example/archive/debian/20250520T000000Z bookworm-updates main", "debian http://mirror.example/archive/debian/20250520T000000Z/")]
    public void A_line_of_a_Debian_archive_gives_its_base(string line, string expected) =>
        Assert.Equal([expected], AptSources.ParseList(line).Select(Show));

    [Theory]
    [InlineData("")]
    [InlineData("# deb http://mirror.example/debian bookworm main")]
    [InlineData("deb-src http://mirror.example/debian bookworm main")]
    [InlineData("deb http://mirror.example/debian bookworm contrib")]
    [InlineData("deb http://mirror.example/ubuntu noble main")]
    [InlineData("deb http://mirror.example/debian noble main")]
    [InlineData("deb http://apt.example/pub/repos/apt bookworm-pgdg main")]
    [InlineData("deb http://apt.example/debian bookworm-pgdg main")]
    [InlineData("deb cdrom:[Debian]/ bookworm main")]
    [InlineData("deb tor+http://mirror.example/debian bookworm main")]
    [InlineData("deb nonsense")]
    public void Any_other_line_gives_nothing(string line) => Assert.Empty(AptSources.ParseList(line));

    [Fact]
    public void The_newer_style_gives_a_base_for_each_URI()
    {
        const string Text = """
            # The archive
            Types: deb deb-src
            URIs: http://one.example/debian
             http://two.example/debian/
            Suites: bookworm bookworm-updates
            Components: main
            Signed-By:
             -----BEGIN PGP PUBLIC KEY BLOCK-----
             .
             mQINBGPL0BUBEADmW5NdOOHwPIJlgPu6JDcKw/NZJPR8lsD3K87ZM18gzyQZJD+w
             -----END PGP PUBLIC KEY BLOCK-----

            Types: deb
            URIs: http://one.example/debian-security
            Suites: bookworm-security
            Components: main

            Enabled: no
            Types: deb
            URIs: http://three.example/debian
            Suites: bookworm
            Components: main
            """;
        Assert.Equal(
            ["debian http://one.example/debian/", "debian http://two.example/debian/", "debian-security http://one.example/debian-security/"],
            AptSources.ParseSources(Text).Select(Show));
    }

    [Fact]
    public void The_files_of_a_directory_are_read_in_order_and_a_base_is_named_once()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["sources.list.d"]);
        File.WriteAllText(directory["sources.list"], "deb http://a.example/debian bookworm main\ndeb http://a.example/debian bookworm-updates main\n");
        File.WriteAllText(directory["sources.list.d/z.list"], "deb http://z.example/debian bookworm main\n");
        File.WriteAllText(directory["sources.list.d/b.sources"], "Types: deb\nURIs: http://b.example/debian\nSuites: sid\nComponents: main\n");
        File.WriteAllText(directory["sources.list.d/broken.sources"], "no field here\n");
        File.WriteAllText(directory["sources.list.d/off.list.disabled"], "deb http://off.example/debian bookworm main\n");
        Assert.Equal(
            ["debian http://a.example/debian/", "debian http://b.example/debian/", "debian http://z.example/debian/"],
            AptSources.Read(directory.Path).Select(Show));
    }

    [Fact]
    public void A_host_without_apt_has_no_sources() => Assert.Empty(AptSources.Read("/nonexistent/etc/apt"));

    [Fact]
    public void Flag_comes_before_variable_before_apt_before_snapshot()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["sources.list"], "deb http://apt.example/debian bookworm main\ndeb http://flag.example/debian bookworm main\n");
        var mirrors = DebianMirrors.Of(new MirrorSettings
        {
            Flag = "http://flag.example/debian",
            Variable = "/srv/mirror, debian-security=http://security.example/",
            AptDirectory = directory.Path,
            Snapshot = "20260712T101637Z",
        });
        Assert.Equal(
            ["http://flag.example/debian/", "file:///srv/mirror/", "http://apt.example/debian/", "https://snapshot.debian.org/archive/debian/20260712T101637Z/"],
            mirrors.Of("debian").Select(mirror => mirror.Base.AbsoluteUri));
        Assert.Equal(
            ["http://security.example/", "https://snapshot.debian.org/archive/debian-security/20260712T101637Z/"],
            mirrors.Of("debian-security").Select(mirror => mirror.Base.AbsoluteUri));
    }

    [Fact]
    public void A_pool_path_is_located_on_each_mirror()
    {
        var mirrors = DebianMirrors.Of(new MirrorSettings { Flag = "http://a.example/debian http://b.example/debian/" });
        Assert.Equal(
            ["http://a.example/debian/pool/main/g/g%2B%2B/g%2B%2B_1%3A2~3_amd64.deb", "http://b.example/debian/pool/main/g/g%2B%2B/g%2B%2B_1%3A2~3_amd64.deb"],
            mirrors.Locate("debian", RelativePath.Parse("pool/main/g/g++/g++_1:2~3_amd64.deb")).Select(place => place.AbsoluteUri));
    }

    [Fact]
    public void A_setting_that_is_no_place_is_refused_by_name()
    {
        var error = Assert.Throws<UserErrorException>(() => DebianMirrors.Of(new MirrorSettings { Variable = "mirror.example" }));
        Assert.Equal("the mirror variable contains `mirror.example`, which is not a Debian mirror", error.Message);
    }

    private static string Show(ArchiveBase found) => $"{found.Archive} {found.Base.AbsoluteUri}";
}
