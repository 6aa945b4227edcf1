using Grpc.Core;

namespace Monogres.Remote.Connection;

/// <summary>An engine could not be used for something: it was not reached, refused, or answered what cannot be. Worded for people by <see cref="RemoteErrors"/>.</summary>
/// <param name="message">What went wrong, with the engine's address.</param>
/// <param name="hint">What to do, or null.</param>
/// <param name="status">What the call ended with.</param>
/// <param name="inner">The cause.</param>
public sealed class RemoteException(string message, string? hint, StatusCode status, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do, or null.</summary>
    public string? Hint { get; } = hint;

    /// <summary>What the call ended with.</summary>
    public StatusCode Status { get; } = status;
}
