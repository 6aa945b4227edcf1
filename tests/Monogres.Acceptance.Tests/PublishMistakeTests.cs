using System.Security.Cryptography;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>What goes wrong when a repository is published is one clear error, and the repository stays as it was: clients see nothing of it.</summary>
public sealed class PublishMistakeTests : IDisposable
{
    // The state of a run, in `.monogres-apt` or `.monogres-yum`, is nothing that clients read.
    private const string Disk = """
        set -e
        tool=$1 kind=$2 small=$3 large=$4
        contents() { (cd repository; find . ! -path './.monogres-*' | sort; find . -type f ! -path './.monogres-*' | sort | xargs sha256sum) >$1; }
        refused() {
            name=$1; shift
            code=0; "$@" >$name.out 2>$name.err || code=$?
            contents after
            cmp before after
            echo "$name $code"
        }
        mount -t tmpfs -o size=2m tmpfs repository
        "$tool" publish $kind repository --key release.key "$small" >/dev/null 2>&1
        contents before
        refused full "$tool" publish $kind repository --key release.key "$large"
        mount -o remount,ro repository
        refused read-only "$tool" publish $kind repository --key release.key "$large"
        mount -o remount,rw,size=16m repository
        refused expired "$tool" publish $kind repository --key expired.key "$large"
        refused missing "$tool" publish $kind repository --key missing.key "$large"
        refused other "$tool" publish $kind repository --key other.key "$large"
        "$tool" publish $kind repository --key release.key "$large" >/dev/null 2>&1
        contents after
        ! cmp -s before after
        echo published

        """;

    private readonly TemporaryDirectory _directory = new();

    public PublishMistakeTests()
    {
        Directory.CreateDirectory(_directory["repository"]);
        File.WriteAllText(_directory["disk.sh"], Disk);
        foreach (var (name, key) in new[] { ("release", new TestKey()), ("other", new TestKey()), ("expired", new TestKey(days: 1)) })
            File.WriteAllBytes(_directory[$"{name}.key"], key.Secret);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("apt")]
    [InlineData("yum")]
    public async Task A_disk_or_a_key_that_will_not_do_is_one_clear_error_and_the_repository_stays_and_can_be_published_to_later(string kind)
    {
        var (small, large) = Packages(kind);
        var run = (await new Tool { Directory = _directory.Path, Prefix = ["unshare", "--user", "--map-root-user", "--mount", "sh", "disk.sh"] }.RunAsync(kind, small, large)).Succeeded();
        Assert.Equal("full 1\nread-only 1\nexpired 1\nmissing 1\nother 1\npublished\n", run.Out);
        Refused("full", "No space left on device");
        Refused("read-only", "Read-only file system");
        Refused("expired", "has expired on 2024-01-02");
        Refused("missing", "missing.key");
        Refused("other", "--old-key");
    }

    [Theory]
    [InlineData("apt")]
    [InlineData("yum")]
    public async Task A_directory_with_the_files_of_another_is_refused_and_stays(string kind)
    {
        File.WriteAllText(_directory["repository/letter.txt"], "mine\n");
        var refused = await new Tool { Directory = _directory.Path }.RunAsync("publish", kind, "repository", "--key", "release.key", Packages(kind).Small);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("", refused.Out);
        Assert.Single(refused.Error.Split('\n'), line => line.StartsWith("error:", StringComparison.Ordinal));
        Assert.Equal([_directory["repository/letter.txt"]], Directory.GetFileSystemEntries(_directory["repository"]));
    }

    private (string Small, string Large) Packages(string kind)
    {
        // Nothing that compresses to less than the disk has.
        var content = Convert.ToHexString(RandomNumberGenerator.GetBytes(3_000_000));
        return kind is "apt"
            ? (new SmallDeb().WriteTo(_directory.Path), new SmallDeb { Name = "large", Content = content }.WriteTo(_directory.Path))
            : (new SmallRpm().WriteTo(_directory.Path), new SmallRpm { Name = "large", Content = content }.WriteTo(_directory.Path));
    }

    private void Refused(string name, string reason)
    {
        var error = File.ReadAllText(_directory[$"{name}.err"]);
        Assert.Equal("", File.ReadAllText(_directory[$"{name}.out"]));
        Assert.True(error.Split('\n').Count(line => line.StartsWith("error:", StringComparison.Ordinal)) == 1 && error.Contains(reason, StringComparison.Ordinal), $"{name}: {error}");
    }
}
