using System.Security.Authentication;
using Grpc.Core;
using Monogres.Core;

namespace Monogres.Remote.Connection;

/// <summary>What goes wrong with engines, worded once.</summary>
public static class RemoteErrors
{
    /// <summary>An address that is none.</summary>
    public static UserErrorException NotAnAddress(string text) => new(
        $"`{text}` is not the address of a remote engine",
        "write `grpc://HOST:PORT`, or `grpcs://HOST:PORT` for TLS, with `/INSTANCE` at the end when the engine has instances") { ExitCode = ExitCode.Usage };

    /// <summary>A property that is none.</summary>
    public static UserErrorException NotAProperty(string text) => new(
        $"`{text}` is not a platform property", "write `NAME=VALUE`, as the workers of the engine are configured: `--remote-property OSFamily=linux`") { ExitCode = ExitCode.Usage };

    /// <summary>A file with a secret or a certificate that cannot be used. The secret itself is never shown.</summary>
    public static UserErrorException CredentialFile(string file, string reason) => new(
        $"`{file}` cannot be used to talk to the remote engine: {reason}", "the files are named by the variables `MONOGRES_REMOTE_…_FILE`");

    /// <summary>A secret would be sent in the clear.</summary>
    public static UserErrorException SecretInTheClear(RemoteAddress address) => new(
        $"the token or password for `{address}` would be sent unencrypted", "use `grpcs://`; without TLS only an engine on this machine (127.0.0.1) gets it");

    /// <summary>The error for a person who asked about the engine itself.</summary>
    public static UserErrorException ToUserError(this RemoteException failure) => new(failure.Message, failure.Hint, [], failure);

    /// <summary>What a call ended with, for people.</summary>
    internal static RemoteException Of(RemoteAddress address, string what, RpcException failure)
    {
        var (reason, hint) = Words(address, failure);
        return new RemoteException($"`{address}` could not {what}: {reason}", hint, failure.StatusCode, failure);
    }

    /// <summary>An answer that cannot be.</summary>
    internal static RemoteException Wrong(RemoteAddress address, string what) =>
        new($"`{address}` {what}", "what it gave was not used; its operator should know", StatusCode.DataLoss);

    /// <summary>It does not use SHA-256.</summary>
    internal static RemoteException NoSha256(RemoteAddress address, string has) => new(
        $"`{address}` does not use SHA-256 digests{(has.Length > 0 ? $" but {has}" : "")}", "configure the engine for SHA256, or use another one", StatusCode.FailedPrecondition);

    /// <summary>It speaks no version of the API that we do.</summary>
    internal static RemoteException NoVersion(RemoteAddress address, string range) => new(
        $"`{address}` speaks version {range} of the Remote Execution API, and version 2 is needed", "update the engine, or use another one", StatusCode.FailedPrecondition);

    /// <summary>It runs nothing.</summary>
    internal static RemoteException NoExecution(RemoteAddress address) => new(
        $"`{address}` does not run actions: it is a cache", $"use it as one: `--remote-cache {address}`", StatusCode.Unimplemented);

    private static (string Reason, string? Hint) Words(RemoteAddress address, RpcException failure) => failure.StatusCode switch
    {
        _ when HasCause<AuthenticationException>(failure) => (
            "its certificate is not valid here, or it speaks no TLS",
            "name the authority that signed it with `MONOGRES_REMOTE_CA_FILE`; the name in the address must be one in the certificate; an engine without TLS has `grpc://`"),
        _ when failure.StatusCode == StatusCode.Unavailable || HasCause<System.Net.Http.HttpRequestException>(failure) => (
            $"it is not reached ({Detail(failure)})",
            "check that it runs, and that the address is right; " + (address.IsSecure
                ? "an engine without TLS has `grpc://`, and one that wants a certificate of ours gets that of `MONOGRES_REMOTE_CERTIFICATE_FILE`"
                : "an engine with TLS has `grpcs://`")),
        StatusCode.Unauthenticated => ($"it does not accept who we are ({Detail(failure)})", "give a token that has not expired with `MONOGRES_REMOTE_TOKEN_FILE`, a user and password with `MONOGRES_REMOTE_PASSWORD_FILE`, or a certificate with `MONOGRES_REMOTE_CERTIFICATE_FILE`"),
        StatusCode.PermissionDenied => ($"we may not do that ({Detail(failure)})", "a cache is often read-only for most: leave out `--remote-upload`"),
        StatusCode.DeadlineExceeded => ("it did not answer in time", "it may be overloaded, or the network between may be slow"),
        StatusCode.Unimplemented => ($"it does not know how ({Detail(failure)})", $"`monogres remote check {address}` says what it can"),
        StatusCode.InvalidArgument or StatusCode.NotFound when address.Instance.Length > 0 => (
            Detail(failure), $"check the instance name: `{address.Instance}`"),
        StatusCode.InvalidArgument or StatusCode.NotFound => (Detail(failure), "it may need an instance name: write it at the end of the address, after a `/`"),
        _ => ($"{failure.StatusCode}: {Detail(failure)}", null),
    };

    // A connection that is cut while it is made has one status or another, by what was noticed first.
    private static bool HasCause<T>(Exception? failure)
        where T : Exception
    {
        for (var at = failure; at is not null; at = at.InnerException ?? (at as RpcException)?.Status.DebugException)
        {
            if (at is T)
                return true;
        }

        return false;
    }

    // One line, without what could move the cursor of a terminal.
    private static string Detail(RpcException failure)
    {
        var text = failure.Status.Detail is { Length: > 0 } detail ? detail : failure.StatusCode.ToString();
        return string.Concat(text.Take(300).Select(c => char.IsControl(c) ? ' ' : c));
    }
}
