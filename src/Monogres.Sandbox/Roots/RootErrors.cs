using Monogres.Core;
using Monogres.Sandbox.Linux;

namespace Monogres.Sandbox.Roots;

/// <summary>Why a materialised root cannot be used.</summary>
internal static class RootErrors
{
    /// <summary>A root in the store belongs to somebody whom a user namespace of ours does not show.</summary>
    /// <param name="store">The store's directory.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="group">The group that it belongs to.</param>
    public static UserErrorException Foreign(string store, uint user, uint group)
    {
        var (ourUser, ourGroup) = (Posix.GetEffectiveUserId(), Posix.GetEffectiveGroupId());
        var place = ShellText.Quote(store);
        return user == ourUser
            ? new UserErrorException(
                $"files in the store {store} belong to the group {group}, and the sandbox can show only those of yours, {ourGroup}",
                $"give the store to your group: `chgrp -R {ourGroup} {place} && find {place} -type d -exec chmod g-s {{}} +`; or use another store with `--store DIR`")
            : new UserErrorException(
                $"files in the store {store} belong to the user {user}, and the sandbox can show only those of yours, {ourUser}",
                $"use a store of your own with `--store DIR`, run as that user, or as root give it to you: `chown -R {ourUser}:{ourGroup} {place}`");
    }
}
