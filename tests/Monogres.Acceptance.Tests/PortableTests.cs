using System.Formats.Tar;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Clients;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>A portable archive of the PostgreSQL that <see cref="RealPostgresTests"/> builds, unpacked where there is nothing but another C library. The wider trial is <c>tests/trials/portable.sh</c>.</summary>
public sealed class PortableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_portable_server_runs_with_the_C_library_of_another_distribution_and_nothing_else_from_a_path_with_a_space_and_moved()
    {
        var built = (await new Tool().RunAsync("build", "postgres@15.18", "--platform", "debian12-amd64", "--portable", "--format", "tar,zip", "--output", _directory["dist"])).Succeeded();
        Assert.Matches(@"postgres@15\.18\+minimal: runs with glibc 2\.3\d or newer, carries \d+ libraries of debian12-amd64", built.Error);
        var name = "postgres-15.18-minimal-debian12-amd64-portable";
        Assert.True(File.Exists(_directory[$"dist/{name}.zip"]));

        using var root = await BareRoot.ComposeAsync("debian13-amd64");
        var place = Path.Combine(root.Path, "tmp", "a place");
        Directory.CreateDirectory(place);
        await TarFile.ExtractToDirectoryAsync(_directory[$"dist/{name}.tar"], place, overwriteFiles: false);
        var list = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(place, name, "share/doc/third-party/postgres.json")))!;
        Assert.Every(list["libraries"]!.AsArray(), library => Assert.True(File.Exists(Path.Combine(place, name, (string)library!["file"]!))));
        Assert.Every(list["libraries"]!.AsArray(), library => Assert.True(File.Exists(Path.Combine(place, name, "share/doc/third-party", (string)library!["package"]!, "copyright"))));

        const string Run = """
            set -e
            bin=$PWD/bin
            LC_ALL=C "$bin/initdb" --no-sync --no-locale -D "/tmp/the data $1" >/dev/null
            "$bin/pg_ctl" -w -s -l /tmp/log -o "-c listen_addresses= -c unix_socket_directories=/tmp" -D "/tmp/the data $1" start || { while read -r line; do echo "$line"; done </tmp/log; exit 1; }
            "$bin/psql" -h /tmp -qtA -d postgres -c 'create extension pgcrypto; create extension "uuid-ossp"' -c "select encode(digest('x', 'sha256'), 'hex'), length(uuid_generate_v4()::text)" -c "show server_version" || failed=1
            "$bin/pg_ctl" -w -s -m fast -D "/tmp/the data $1" stop
            "$bin/pg_config" --bindir
            exit ${failed:-0}

            """;
        await File.WriteAllTextAsync(Path.Combine(root.Path, "tmp", "run.sh"), Run);
        var asked = (await root.RunAsync($"cd '/tmp/a place/{name}' && set -- one && . /tmp/run.sh")).Succeeded();
        Assert.Equal($"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881|36\n15.18\n/tmp/a place/{name}/bin\n", asked.Out);

        Directory.Move(Path.Combine(place, name), Path.Combine(root.Path, "tmp", "moved"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "tmp", "link"), "moved");
        var moved = (await root.RunAsync("cd /tmp/link && set -- two && . /tmp/run.sh")).Succeeded();
        Assert.EndsWith("\n15.18\n/tmp/moved/bin\n", moved.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_portable_server_for_arm64_and_an_extension_with_a_library_run_under_an_emulator_from_archives_and_from_rpm_packages()
    {
        SlowTests.SkipUnlessTurnOf(SlowTests.Turn.OtherProcessor);
        const string Server = "postgres@15.18+barebones", Name = "postgres-15.18-barebones-debian12-arm64-portable";
        var built = (await new Tool().RunAsync("build", Server, $"pgmp/{Server}", "--platform", "debian12-arm64", "--portable", "--format", "tar,rpm", "--output", _directory["dist"])).Succeeded();
        Assert.Matches(@"pgmp@1\.\d+\.\d+/.* carries 1 library of debian12-arm64", built.Error);

        using var root = await BareRoot.ComposeAsync("debian12-arm64");
        var (place, beside) = (Path.Combine(root.Path, "tmp", Name), _directory["extension"]);
        await TarFile.ExtractToDirectoryAsync(_directory[$"dist/{Name}.tar"], Path.Combine(root.Path, "tmp"), overwriteFiles: false);
        Directory.CreateDirectory(beside);
        await TarFile.ExtractToDirectoryAsync(Directory.GetFiles(_directory["dist"], "pgmp-*-portable.tar").Single(), beside, overwriteFiles: false);
        DocumentsTests.CopyDirectory(Directory.GetDirectories(beside).Single(), place);
        root.Emulate(Path.Combine(place, "bin"));
        const string Run = """
            LC_ALL=C bin/initdb --no-sync --no-locale -D /tmp/data >/dev/null || exit 1
            bin/pg_ctl -w -s -t 300 -l /tmp/log -o "-c listen_addresses= -c unix_socket_directories=/tmp" -D /tmp/data start || { while read -r line; do echo "$line"; done </tmp/log; exit 1; }
            bin/psql -h /tmp -qtA -d postgres -c 'create extension pgmp' -c "select split_part(version(), ' ', 4), (2::mpz ^ 100) % 1000007" || failed=1
            bin/pg_ctl -w -s -t 300 -m fast -D /tmp/data stop
            exit ${failed:-0}

            """;
        Assert.Equal("aarch64-unknown-linux-gnu,|698635\n", (await root.RunAsync($"cd /tmp/{Name} && {Run}")).Succeeded().Out);

        // The same files as rpm has them; its scripts would want programs of a distribution.
        await using var clients = await ClientPrograms.OfAsync("rpm");
        string[] packages = [.. Directory.GetFiles(_directory["dist"], "*.rpm").Where(file => !file.Contains("debuginfo", StringComparison.Ordinal))];
        async Task<string> RpmAsync(params string[] arguments) => (await ClientProcess.RunAsync(clients.Start([_directory.Path, root.Path], ["rpm", .. arguments]))).Succeeded().Out;
        Assert.Equal("aarch64", string.Join(' ', (await RpmAsync(["-qp", "--qf", "%{ARCH}\\n", .. packages])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()));
        await RpmAsync(["--root", root.Path, "-i", "--ignorearch", "--nodeps", "--noscripts", .. packages]);
        root.Emulate(Path.Combine(root.Path, "usr/pgsql-15/bin"));
        Assert.Equal("postgres (PostgreSQL) 15.18\n/usr/pgsql-15/lib\n", (await root.RunAsync("/usr/pgsql-15/bin/postgres --version && /usr/pgsql-15/bin/pg_config --pkglibdir")).Succeeded().Out);
    }
}
