using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Core;

namespace Monogres.Sandbox;

/// <summary>Why a sandbox cannot be made here, and what to do about it.</summary>
public static class SandboxErrors
{
    private const string Persist = "add the same line to a file in /etc/sysctl.d to keep it";

    /// <summary>The programs of the sandbox do not exist for this machine.</summary>
    public static UserErrorException Architecture(Architecture architecture) => new(
        $"there is no sandbox for the architecture `{architecture}`",
        "build on an amd64 or arm64 machine");

    /// <summary>The root that should hold the programs does not.</summary>
    public static UserErrorException ProgramMissing(string path, ImmutableArray<string> packages) => new(
        $"the sandbox's own root has no `{path}`",
        $"its package set must hold {string.Join(", ", packages)} and their dependencies");

    /// <summary>Somebody else ended the sandbox.</summary>
    public static UserErrorException Killed(int signal) => new(
        $"the sandbox was killed from outside, by signal {signal}",
        "the system may have run out of memory: look into the kernel's log, or run fewer actions at once");

    /// <summary>The sandbox did not come up: explains it by the stage where it stopped and by the settings of this kernel.</summary>
    /// <param name="stage">The last stage that was reached.</param>
    /// <param name="kernel">The settings of this kernel.</param>
    /// <param name="isRoot">Whether we are root, whom some settings do not concern.</param>
    /// <param name="log">What the programs said.</param>
    public static UserErrorException NotMade(SandboxStage stage, KernelSettings kernel, bool isRoot, string log)
    {
        var details = log.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return stage switch
        {
            _ when kernel.MaxUserNamespaces == 0 => new(
                "this system allows no user namespaces: user.max_user_namespaces is 0",
                $"as root, run `sysctl -w user.max_user_namespaces=15000`; {Persist}", details),
            _ when kernel.UnprivilegedClone == 0 && !isRoot => new(
                "this system allows user namespaces to root only: kernel.unprivileged_userns_clone is 0",
                $"as root, run `sysctl -w kernel.unprivileged_userns_clone=1`; {Persist}", details),
            _ when kernel.AppArmorRestricts == 1 && !isRoot => new(
                "AppArmor takes the rights away inside user namespaces: kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu 23.10 and later)",
                $"as root, run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`; {Persist}", details),
            SandboxStage.Nothing or SandboxStage.Root when kernel.Filtered => new(
                "user namespaces are refused although the kernel's settings allow them: a filter of system calls is on this process, as container engines put it",
                "run the container with `--security-opt seccomp=unconfined --security-opt systempaths=unconfined` (Docker, Podman), or run outside of it", details),
            SandboxStage.Nothing => new(
                "the kernel refused to make the namespaces of the sandbox",
                "a security module (AppArmor, SELinux, a container engine) may forbid them: look into the kernel's log", details),
            SandboxStage.Namespaces when kernel.Release < KernelSettings.FirstWithOverlay => new(
                $"this kernel ({kernel.Release}) mounts no overlay inside a user namespace",
                $"use Linux {KernelSettings.FirstWithOverlay} or later", details),
            SandboxStage.Namespaces => new(
                "the kernel refused to mount the overlay of the sandbox",
                "the file system of the store must be able to hold an overlay's upper directory: ext4, xfs, btrfs and tmpfs are, network file systems are not", details),
            _ => new("the sandbox could not be set up", null, details),
        };
    }
}
