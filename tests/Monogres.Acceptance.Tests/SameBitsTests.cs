using System.Globalization;
using System.Security.Cryptography;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>Who builds, where, in which language and on how many cores changes nothing.</summary>
public sealed class SameBitsTests(World world)
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const string Formats = "tar.gz,tar.xz,tar.zst,zip,deb,rpm";

    [Fact]
    public async Task Directory_umask_locale_time_zone_cores_and_poisoned_variables_change_nothing()
    {
        using var place = Elsewhere();
        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        Assert.Equal(world.Slow, await place.BuildAsync(FixtureIndex.Slow));
    }

    [Fact]
    public async Task They_change_no_package_either_whatever_its_format_and_the_digests_are_known()
    {
        // The programs that pack come out of the store that all tests share.
        using var packed = new TemporaryDirectory();
        (await new Tool().RunAsync("build", $"numeral/{ExtensionTests.Server}", "--format", Formats, "--output", packed.Path)).Succeeded();

        using var one = world.Empty();
        using var other = Elsewhere();
        foreach (var place in (Place[])[one, other])
            (await place.RunAsync("build", FixtureIndex.Quick, "--format", Formats)).Succeeded();
        var files = Directory.GetFiles(one.Dist).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(files, Directory.GetFiles(other.Dist).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Every(Formats.Split(','), format => Assert.Contains(files, file => file!.EndsWith($".{format}", StringComparison.Ordinal)));
        Assert.Every(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(one.Dist, file!)), File.ReadAllBytes(Path.Combine(other.Dist, file!))));

        // The payload is always the same, and so are the pinned programs that pack it.
        var packages = files.Where(file => Formats.Split(',').Any(format => file!.EndsWith($".{format}", StringComparison.Ordinal)));
        Golden.Match(string.Concat(packages.Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(one.Dist, file!))))}  {file}\n")), "packages.sha256");
    }

    [Fact]
    public async Task A_short_path_changes_nothing()
    {
        var store = Path.Combine("/tmp", $"m{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        using var place = world.Empty();
        place.Store = store;
        try
        {
            Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        }
        finally
        {
            using var remove = System.Diagnostics.Process.Start("rm", ["-rf", store]);
            await remove.WaitForExitAsync();
        }
    }

    /// <summary>A place that differs in all that can be told apart without being another user.</summary>
    private Place Elsewhere()
    {
        var place = world.Empty();
        place.Index = world.Index.CopyTo(Path.Combine(place.Directory, "a", "deeper", "place for", "the index"));
        place.Store = Path.Combine(place.Directory, new string('s', 200));
        place.Tool.Prefix = ["taskset", "--cpu-list", "0", "sh", "-c", "umask 077; exec \"$0\" \"$@\""];
        foreach (var (name, value) in new[]
        {
            ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"), ("TZ", "GMT-14"), ("CFLAGS", "-O0 -poisoned"), ("MAKEFLAGS", "--poisoned"),
            ("PERL5LIB", "/poisoned"), ("CC", "poisoned"), ("SOURCE_DATE_EPOCH", "1"), ("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:/poisoned"),
        })
            place.Tool.Environment[name] = value;
        return place;
    }

    [Fact]
    public async Task Another_user_gets_the_same()
    {
        Assert.SkipUnless(Environment.UserName == "root", "only root can become another user");
        using var place = world.Empty();
        File.SetUnixFileMode(place.Directory, ForAll);
        place.Index = world.Index.CopyTo(place.Directory);
        var own = Directory.CreateDirectory(Path.Combine(place.Directory, "own")).FullName;
        using (var give = System.Diagnostics.Process.Start("chown", ["54321:54321", own]))
            await give.WaitForExitAsync();
        place.Store = Path.Combine(own, "store");
        place.Tool.Prefix = ["setpriv", "--reuid", "54321", "--regid", "54321", "--clear-groups"];
        place.Tool.Environment["HOME"] = own;
        place.Tool.Environment["DOTNET_CLI_HOME"] = own;

        (await place.RunAsync("build", FixtureIndex.Slow, "--output", Path.Combine(own, "dist"))).Succeeded();
        Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow, "own/dist"));
    }
}
