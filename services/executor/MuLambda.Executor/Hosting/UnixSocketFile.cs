using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using MuLambda.Protocol.Grpc;

namespace MuLambda.Executor.Hosting;

/// <summary>The file of a Unix domain socket: for its owner only, and never somebody else's.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the directory and removes a socket nobody listens on any more.</summary>
    /// <exception cref="InvalidOperationException">The path is too long, taken by another file, or in use.</exception>
    public static void Prepare(string path)
    {
        if (GrpcAddress.ValidateSocketPath(path) is { } error)
        {
            throw new InvalidOperationException(error);
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } directory && !Directory.Exists(directory))
        {
            CreateDirectory(directory);
        }

        if (!Path.Exists(path))
        {
            return;
        }

        if (new FileInfo(path) is not { Length: 0 } || Directory.Exists(path))
        {
            throw new InvalidOperationException($"'{path}' exists and is no socket.");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new InvalidOperationException($"Another process listens on '{path}'.");
    }

    /// <summary>Binds as Kestrel does, and closes a socket's file to others before anybody can connect.</summary>
    public static Socket Bind(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        if (endpoint is UnixDomainSocketEndPoint && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(endpoint.ToString()!, Owner);
        }

        return socket;
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, Owner | UnixFileMode.UserExecute);
        }
    }
}
