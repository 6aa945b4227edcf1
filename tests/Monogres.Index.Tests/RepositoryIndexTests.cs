using Monogres.Core;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index.Tests;

public class RepositoryIndexTests
{
    [Fact]
    public async Task The_index_has_every_release_with_a_file_that_can_be_had()
    {
        var index = await Repository.ReadAsync();
        Assert.Equal(110, index.DefaultServer.Releases.Length);
        Assert.Every(index.DefaultServer.Releases, release =>
        {
            Assert.NotEmpty(release.Files);
            Assert.Every(release.Files, file => Assert.NotEmpty(file.Places));
            Assert.True(release.SourceDate > DateTimeOffset.Parse("2020-09-01T00:00:00Z"), $"{release.Version} has no date");
        });
    }

    [Fact]
    public async Task The_tarball_of_15_18_is_the_published_one()
    {
        var file = (await Repository.ReadAsync()).DefaultServer.Release(PgVersion.Parse("15.18")).File("tarball")!;
        Assert.Equal("11df0df97fe3ea4ba9a791faaf39cee1d2fe571e78885b5b55d8517d27c323b4", file.Sha256.ToString());
        Assert.Equal(23405115, file.Size);
        Assert.Equal("postgresql-15.18", file.StripPrefix?.Value);
        Assert.Equal(
            [
                new Place.Pool("debian", RelativePath.Parse("pool/main/p/postgresql-15/postgresql-15_15.18.orig.tar.bz2")),
                new Place.Web(new Uri("https://ftp.postgresql.org/pub/source/v15.18/postgresql-15.18.tar.bz2")),
            ],
            file.Places);
        Assert.Equal(["postgresql-15_15.18.orig.tar.bz2", "postgresql-15.18.tar.bz2"], file.FileNames);
    }

    [Fact]
    public async Task The_tarball_of_a_beta_has_its_own_spelling_in_the_pool()
    {
        var file = (await Repository.ReadAsync()).DefaultServer.Release(PgVersion.Parse("19beta2")).File("tarball")!;
        Assert.Equal(["postgresql-19_19~beta2.orig.tar.bz2", "postgresql-19beta2.tar.bz2"], file.FileNames);
        Assert.Equal("postgresql-19beta2", file.StripPrefix?.Value);
    }

    [Fact]
    public async Task A_release_can_have_the_tag_archive_beside_the_tarball()
    {
        var release = (await Repository.ReadAsync()).DefaultServer.Release(PgVersion.Parse("13.16"));
        Assert.Equal(["tarball", "tag"], release.Files.Select(file => file.Source));
        Assert.Equal("postgres-REL_13_16", release.File("tag")!.StripPrefix?.Value);
        Assert.Equal(["https://github.com/postgres/postgres/archive/refs/tags/REL_13_16.tar.gz"],
            release.File("tag")!.Places.Cast<Place.Web>().Select(place => place.Address.AbsoluteUri));
    }

    [Fact]
    public async Task A_size_that_is_not_known_is_null() =>
        Assert.Null((await Repository.ReadAsync()).DefaultServer.Release(PgVersion.Parse("13.22")).File("tarball")!.Size);

    [Fact]
    public async Task A_release_without_a_date_takes_that_of_the_version_before()
    {
        var postgres = (await Repository.ReadAsync()).DefaultServer;
        var release = postgres.Release(PgVersion.Parse("17.12"));
        Assert.Null(release.Released);
        Assert.Equal(postgres.Release(PgVersion.Parse("17.11")).Released, release.SourceDate);
    }

    [Theory]
    [InlineData("15.14", "tarball", "docker-library conda-forge")]
    [InlineData("17.9", "tarball", "git docker-library conda-forge")]
    [InlineData("13.17", "tarball", "docker-library")]
    [InlineData("13.0", "tag", "git github")]
    [InlineData("15.20", "tarball", "debian")]
    public async Task A_file_says_who_vouches_for_it(string version, string source, string authorities)
    {
        var postgres = (await Repository.ReadAsync()).DefaultServer;
        var file = postgres.Release(PgVersion.Parse(version)).File(source)!;
        Assert.Equal(authorities, string.Join(' ', file.Authorities));
        Assert.Every(file.Authorities, name => Assert.Contains(postgres.Authorities, authority => authority.Name == name));
    }

    [Fact]
    public async Task Every_file_has_an_authority_and_what_git_vouches_for_can_be_made_again()
    {
        var files = (await Repository.ReadAsync()).DefaultServer.Releases.SelectMany(release => release.Files.Select(file => (Release: release, File: file))).ToArray();
        Assert.Every(files, one => Assert.NotEmpty(one.File.Authorities));
        Assert.Every(files.Where(one => one.File.Authorities.Contains("git")), one => Assert.True(
            one.File is { GitArchive: not null, TarSha256: not null, StripPrefix: not null } && one.Release.Commit is not null, $"{one.Release.Version} {one.File.Source}"));
        Assert.Every(files.Where(one => one.File.Source == "tarball"), one => Assert.Equal(one.Release.Version.Major >= 17 ? GitCompression.Bzip2 : null, one.File.GitArchive));
        Assert.Every(files.Where(one => one.File.Source == "tag"), one => Assert.Equal(GitCompression.Gzip, one.File.GitArchive));
    }

    [Theory]
    [InlineData("14.3", "CREATE INDEX CONCURRENTLY")]
    [InlineData("17.1", "its ABI differs")]
    [InlineData("13.19", "libpq's PQescapeLiteral")]
    [InlineData("18.2", "substring()", "json_strip_nulls")]
    [InlineData("14.4")]
    [InlineData("17.2")]
    public async Task Releases_that_upstream_warns_of_say_so(string version, params string[] warnings)
    {
        var said = (await Repository.ReadAsync()).DefaultServer.Release(PgVersion.Parse(version)).Warnings;
        Assert.Equal(warnings, said.Select((text, i) => text[..warnings[i].Length]));
    }

    [Theory]
    [InlineData("13.16", "barebones", "debug")]
    [InlineData("18.6", "minimal", "nls readline openssl uuid zlib debug")]
    public async Task Every_option_of_a_version_is_named_on_or_off(string version, string set, string on)
    {
        var choice = Choose(await Repository.ReadAsync(), version, set, "debian12-amd64");
        Assert.Equal(on, string.Join(' ', choice.On.Select(option => option.Name)));
        Assert.DoesNotContain(choice.On, option => choice.Off.Contains(option));
        Assert.Contains(set is "minimal" ? "--with-openssl" : "--without-openssl", choice.Configure.Arguments);
        Assert.Contains("--without-llvm", choice.Configure.Arguments);
        Assert.Equal(PgVersion.Parse(version).Major >= 18, choice.Configure.Arguments.Contains("--without-liburing"));
        Assert.Equal("", choice.Configure.Environment["ac_cv_path_PYTHON"]);
    }

    [Theory]
    [InlineData("13.16", "regular", "nls readline openssl uuid zlib icu llvm plpython systemd debug", "lz4 zstd")]
    [InlineData("14.18", "regular", "nls readline openssl uuid zlib icu llvm lz4 plpython systemd debug", "zstd")]
    [InlineData("17.11", "full", "nls readline openssl uuid zlib icu llvm lz4 plpython systemd zstd gssapi ldap libxml libxslt pam plperl pltcl selinux debug", "libcurl libnuma liburing")]
    [InlineData("18.6", "debug", "nls readline openssl uuid zlib icu llvm lz4 plpython systemd zstd gssapi ldap libxml libxslt pam plperl pltcl selinux libcurl libnuma liburing debug cassert", "")]
    public async Task An_option_that_a_version_lacks_is_left_out(string version, string set, string on, string lacking)
    {
        var choice = Choose(await Repository.ReadAsync(), version, set, "debian12-amd64");
        Assert.Equal((on, lacking), (string.Join(' ', choice.On.Select(option => option.Name)), string.Join(' ', choice.Lacking.Select(option => option.Name))));
    }

    [Theory]
    [InlineData("13.12", "debian11-amd64", "llvm")]
    [InlineData("13.13", "debian11-amd64", "")]
    [InlineData("18.6", "debian11-amd64", "libnuma")]
    [InlineData("14.2", "debian12-amd64", "llvm")]
    [InlineData("14.3", "debian12-amd64", "")]
    [InlineData("14.12", "debian13-amd64", "plperl")]
    [InlineData("15.6", "debian13-amd64", "llvm plperl")]
    [InlineData("15.8", "debian13-amd64", "")]
    [InlineData("16.2", "debian13-amd64", "llvm")]
    [InlineData("16.3", "debian13-amd64", "")]
    public async Task An_option_that_a_platform_lacks_for_a_version_is_off(string version, string platform, string lacked)
    {
        var index = await Repository.ReadAsync();
        var choice = Choose(index, version, "full", platform);
        var names = lacked.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(names, choice.Lacking.Where(option => option.Postgres.Contains(PgVersion.Parse(version))).Select(option => option.Name));
        Assert.Equal(names, choice.Off.Where(choice.Lacking.Contains).Select(option => option.Name));
        Assert.Contains(lacked.Contains("llvm", StringComparison.Ordinal) ? "--without-llvm" : "--with-llvm", choice.Configure.Arguments);
        Assert.Equal(!lacked.Contains("llvm", StringComparison.Ordinal), choice.BuildPackageSets.Contains("llvm-build"));
    }

    [Fact]
    public async Task What_a_platform_lacks_is_told_with_the_versions_and_the_reason()
    {
        var index = await Repository.ReadAsync();
        Assert.Every(index.Platforms.SelectMany(platform => platform.Lacks), lack =>
        {
            Assert.NotEmpty(lack.Why);
            Assert.Contains(index.DefaultServer.Releases, release => lack.Postgres.Any(range => range.Contains(release.Version)));
        });
    }

    [Fact]
    public async Task Every_option_of_the_full_set_has_a_proof()
    {
        var options = (await Repository.ReadAsync()).OptionSets;
        Assert.NothingIsWrong(options[OptionSetName.Parse("full")].On, option => option.SmokeTest is null && option.Name is not "debug" ? option.Name : null);
    }

    [Fact]
    public async Task The_style_builds_old_minors_without_the_target_that_they_lack()
    {
        var index = await Repository.ReadAsync();
        var style = index.StyleOf(index.DefaultServer);
        Assert.Contains("contrib all", string.Concat(BuildStyle.For(PgVersion.Parse("13.3"), style.Steps).Select(step => step.Run.Text)), StringComparison.Ordinal);
        Assert.Contains("world-bin", string.Concat(BuildStyle.For(PgVersion.Parse("13.4"), style.Steps).Select(step => step.Run.Text)), StringComparison.Ordinal);
        Assert.Equal(["configure", "make", "install", "symbols"], BuildStyle.For(PgVersion.Parse("13.0"), style.Steps).Select(step => step.Name));
        Assert.NotEmpty(style.DropFor(PgVersion.Parse("16.0")));
        Assert.Empty(style.DropFor(PgVersion.Parse("17.0")));
    }

    [Fact]
    public async Task Configure_is_told_the_prefix_of_the_major()
    {
        var index = await Repository.ReadAsync();
        var values = StylePlaceholders.All.ToDictionary(name => name, name => name is "prefix" ? "/usr/lib/postgresql/18" : name);
        var told = index.StyleOf(index.DefaultServer).ConfigureFor(PgVersion.Parse("18.6"), values);
        Assert.Contains("--prefix=/usr/lib/postgresql/18", told.Arguments);
        Assert.DoesNotContain("--enable-thread-safety", told.Arguments);
    }

    [Theory]
    [InlineData("debian11-amd64", "2.31")]
    [InlineData("debian12-amd64", "2.36")]
    [InlineData("debian13-amd64", "2.41")]
    public async Task A_platform_has_a_compiler_and_stand_ins(string name, string glibc)
    {
        var platform = (await Repository.ReadAsync()).Platform(PlatformName.Parse(name));
        Assert.Equal(glibc, platform.Glibc);
        Assert.Contains("g++", platform.Packages(platform.Toolchain("gcc").PackageSets).Own);
        Assert.Contains("build:x:1000:1000:build:/build:/bin/sh\n", platform.Files.Single(file => file.Path.Name is "passwd").Content, StringComparison.Ordinal);
        Assert.Every(platform.Shims.Files, file => Assert.True(file.Executable && file.Content.StartsWith("#!/bin/sh\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("debian11-amd64")]
    [InlineData("debian12-amd64")]
    [InlineData("debian13-amd64")]
    public async Task Zig_is_the_published_archive_and_its_compiler_is_wrapped(string name)
    {
        var platform = (await Repository.ReadAsync()).Platform(PlatformName.Parse(name));
        var zig = platform.Toolchain("zig");
        var archive = Assert.Single(zig.Archives);
        Assert.Equal(("d45312e61ebcc48032b77bc4cf7fd6915c11fa16e4aad116b66c9468211230ea", 47082308), (archive.Sha256.ToString(), archive.Size));
        Assert.Equal(("zig-linux-x86_64-0.13.0.tar.xz", "zig-linux-x86_64-0.13.0", "usr/lib/zig"), (archive.Name, archive.StripPrefix.Value, archive.To.Value));
        Assert.Equal(archive.Name, Assert.Single(archive.Addresses).Segments[^1]);

        // The stand-in calls the program where the archive is laid.
        var wrapper = zig.Shims.Files.Single(file => file.Path.Value is "usr/bin/zig");
        Assert.True(wrapper.Executable);
        Assert.Contains($"exec /{archive.To}/zig ", wrapper.Content, StringComparison.Ordinal);

        // It builds for the platform's own C library, or for an earlier one where it does not know that.
        var target = zig.Shims.Files.Single(file => file.Path.Value is "usr/libexec/monogres/zig-target");
        Assert.Contains($" < /{target.Path}\n", wrapper.Content, StringComparison.Ordinal);
        Assert.StartsWith($"{platform.GnuTriplet}.", target.Content, StringComparison.Ordinal);
        Assert.True(Version.Parse(target.Content.Trim()[(platform.GnuTriplet.Length + 1)..]) <= Version.Parse(platform.Glibc), target.Content);
        Assert.Every(platform.Toolchains.Values.Where(other => other != zig), other => Assert.True(other.Archives.IsEmpty && other.Shims.Files.IsEmpty));
    }

    [Fact]
    public async Task A_platform_that_is_built_for_by_another_takes_programs_from_it_and_libraries_from_its_own_packages()
    {
        var platform = (await Repository.ReadAsync()).Platform(PlatformName.Parse("debian12-arm64"));
        var packages = platform.Packages(["shell", "gcc", "openssl-build", "python-build"]);
        Assert.Equal(["libc6-dev", "libpython3-dev", "libssl-dev"], packages.Own);
        Assert.Contains("gcc-aarch64-linux-gnu", packages.Tools);
        Assert.Contains("python3", packages.Tools);
        Assert.DoesNotContain("gcc", packages.Tools);
        Assert.Equal("x86_64-pc-linux-gnu", platform.Tools.HostType);
    }

    [Fact]
    public async Task What_only_cross_compiling_is_told_depends_on_version_and_option()
    {
        var index = await Repository.ReadAsync();
        var cross = index.Platform(PlatformName.Parse("debian12-arm64")).Cross!;
        ConfigureChoice Told(string version, params string[] options) => cross.ConfigureFor(PgVersion.Parse(version), index.OptionSets.Options.Where(option => options.Contains(option.Name)));

        Assert.Equal("yes", Told("15.18").Environment["ac_cv_file__dev_urandom"]);
        Assert.Empty(Told("15.18").Arguments);
        Assert.Equal(["--with-tclconfig=/usr/lib/aarch64-linux-gnu/tcl8.6"], Told("15.18", "pltcl").Arguments);
        Assert.DoesNotContain("pgac_cv__libcurl_async_dns", Told("15.18", "libcurl").Environment.Keys);
        Assert.Equal("yes", Told("18.6", "libcurl").Environment["pgac_cv__libcurl_async_dns"]);
    }

    private static OptionChoice Choose(MonogresIndex index, string version, string set, string platform) =>
        index.OptionSets.Choose(OptionSetName.Parse(set), PgVersion.Parse(version), index.Platform(PlatformName.Parse(platform)).LacksOption);
}
