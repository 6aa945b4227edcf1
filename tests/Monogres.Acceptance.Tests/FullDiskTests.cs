using System.Globalization;
using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>A disk that is full ends in one clear error, and costs nothing that was in the store.</summary>
public sealed class FullDiskTests(World world)
{
    /// <summary>How much of a built store is there at first, and how many kB are left besides.</summary>
    public static TheoryData<string, string[], int> Cases { get; } = new()
    {
        { "while downloading", ["nothing"], 2_000 },
        { "while unpacking", ["packages"], 3_000 },
        { "while the sandbox is made", ["unmade", "--no-cache"], 100 },
        { "while the build runs", ["built", "--no-cache"], 1_500 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_full_disk_is_one_clear_error_and_with_room_again_the_same_store_goes_on(string when, string[] given, int kilobytes)
    {
        using var place = given[0] == "nothing" ? world.Empty() : world.Built();
        var seed = Path.Combine(place.Directory, "seed");
        if (given[0] == "nothing")
            Directory.CreateDirectory(seed);
        else
            Directory.Move(place.Store, seed);
        if (given[0] == "packages")
            LeaveOnlyPackages(place, seed);
        if (given[0] == "unmade")
            Directory.Delete(Path.Combine(seed, "roots"), recursive: true);
        Directory.CreateDirectory(place.Store);
        File.WriteAllText(Path.Combine(place.Directory, "disk.sh"), """
            set -e
            store=$1 free=$2 tool=$3; shift 3
            mount -t tmpfs -o size=1g tmpfs "$store"
            cp -a seed/. "$store"
            used=$(df -k --output=used "$store" | tail -n 1)
            mount -o remount,size=$((used + free))k "$store"
            code=0; "$tool" "$@" >full.out 2>full.err || code=$?
            echo "full $code"
            mount -o remount,size=1g "$store"
            code=0; "$tool" "$@" >next.out 2>next.err || code=$?
            echo "next $code"
            code=0; "$tool" store check >check.out 2>check.err || code=$?
            echo "check $code"
            find "$store/tmp" "$store/work" -mindepth 1

            """);
        place.Tool.Prefix = ["unshare", "--user", "--map-root-user", "--mount", "sh", "disk.sh", place.Store, kilobytes.ToString(CultureInfo.InvariantCulture)];

        var run = (await place.RunAsync(["build", FixtureIndex.Slow, .. given[1..]])).Succeeded();

        string Said(string name) => File.ReadAllText(Path.Combine(place.Directory, name));
        var all = $"{when}\n{run}\nfull: {Said("full.err")}\nnext: {Said("next.err")}\ncheck: {Said("check.out")}{Said("check.err")}";
        Assert.True(run.Out == "full 1\nnext 0\ncheck 0\n", all);
        Assert.True(Said("full.out").Length == 0, all);
        Assert.True(Said("full.err").Split('\n').Count(line => line.StartsWith("error:", StringComparison.Ordinal)) == 1, all);
        Assert.True(Said("full.err").Contains($"MB free in `{place.Store}", StringComparison.Ordinal), all);
        Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow));
    }

    // As after a download: the packages are there, and nothing was made of them.
    private static void LeaveOnlyPackages(Place place, string seed)
    {
        var packages = place.Index.Read("platforms/debian12-amd64/packages.lock.json")["packages"]!.AsArray()
            .Select(package => (string)package!["sha256"]!).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(seed, "blobs"), "*", SearchOption.AllDirectories).Where(file => !packages.Contains(Path.GetFileName(file))))
            File.Delete(file);
        foreach (var name in new[] { "actions", "memo", "roots" })
        {
            Directory.Delete(Path.Combine(seed, name), recursive: true);
            Directory.CreateDirectory(Path.Combine(seed, name));
        }
    }
}
