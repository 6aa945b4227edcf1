using System.Collections.Immutable;
using Monogres.Proof.Variations;
using Monogres.Proof.Verification;

namespace Monogres.Proof.Tests.Verification;

public sealed class RebuildCommandTests
{
    [Fact]
    public void Without_axes_only_the_life_of_the_rebuild_is_bound_to_ours() => Assert.Equal(
        "@setpriv --pdeathsig KILL @unshare --mount --pid --fork --kill-child --mount-proc @dash -c [set -e; cd '/place'; exec \"$@\"] rebuild tool build x",
        Words(Conditions(isRoot: true)));

    [Fact]
    public void An_ordinary_user_is_root_of_a_namespace_instead_of_another_user()
    {
        var conditions = Conditions(isRoot: false);
        Apply(conditions, "user", "host-name");
        Assert.Equal(
            "@setpriv --pdeathsig KILL @unshare --user --map-root-user --uts --mount --pid --fork --kill-child --mount-proc "
            + "@dash -c [set -e; echo elsewhere >/proc/sys/kernel/hostname; cd '/place'; exec \"$@\"] rebuild tool build x",
            Words(conditions));
    }

    [Fact]
    public void Rights_are_given_up_last()
    {
        var conditions = Conditions(isRoot: true);
        Apply(conditions, "user", "umask", "processors", "memory", "address-layout", "network");
        Assert.Equal(
            "@setpriv --pdeathsig KILL @unshare --net --mount --pid --fork --kill-child --mount-proc "
            + "@dash -c [set -e; umask 077; cd '/place'; exec \"$@\"] rebuild @taskset --cpu-list 1 @setarch --addr-no-randomize "
            + "@setpriv --reuid 54321 --regid 54321 --clear-groups tool build x --limit memory=3G --offline",
            Words(conditions));
    }

    [Fact]
    public void A_store_in_memory_is_mounted_before_anything_else_whatever_its_name()
    {
        var conditions = Conditions(isRoot: true);
        conditions.Store = "it's here";
        Apply(conditions, "file-system", "umask");
        Assert.Contains("[set -e; '@mount' '-n' '-t' 'tmpfs' '-o' 'mode=0777' 'store' '/place/it'\\''s here'; umask 077; ", Words(conditions), StringComparison.Ordinal);
    }

    private static Conditions Conditions(bool isRoot) => new()
    {
        Machine = new Machine { IsRoot = isRoot, Processors = 2, FirstProcessor = 1, FreeMemory = 64L << 30 },
        Directory = "/place",
    };

    private static void Apply(Conditions conditions, params string[] axes)
    {
        foreach (var axis in axes)
            AxisTable.Find(axis)!.Apply!(conditions);
    }

    private static string Words(Conditions conditions)
    {
        var words = new RebuildCommand { Program = name => ImmutableArray.Create($"@{name}"), Tool = ["tool"], Conditions = conditions, Arguments = ["build", "x"] }.ToArguments();
        return string.Join(' ', words.Select(word => word.Contains('\n', StringComparison.Ordinal) ? $"[{word.Replace("\n", "; ", StringComparison.Ordinal)}]" : word));
    }
}
