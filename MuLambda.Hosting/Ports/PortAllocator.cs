using System.Net;
using System.Net.Sockets;

namespace MuLambda.Hosting.Ports;

/// <summary>Finds loopback ports for the endpoints: consecutive from a base, or free ones.</summary>
internal sealed class PortAllocator(int? portBase)
{
    // Below the ports that the system hands to outgoing connections (32768 and up on Linux), which could
    // otherwise take a port between its choice here and the resource's start.
    private const int FirstFree = 20_000;
    private const int AfterLastFree = 32_000;
    private const int Attempts = 2_000;

    // Hosts in one process (tests) must not choose the same port while neither resource listens yet.
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Taken = [];

    private int _next = portBase ?? 0;

    /// <summary>The next port.</summary>
    /// <param name="owner">Whose port it will be, for the error.</param>
    /// <exception cref="DistributedApplicationException">The base's next port is taken, or none is free.</exception>
    public int Next(string owner)
    {
        if (portBase is null)
        {
            return Free();
        }

        var port = _next++;
        if (port > IPEndPoint.MaxPort)
        {
            throw new DistributedApplicationException($"--port-base {portBase} leaves no port for {owner}.");
        }

        return IsFree(port)
            ? port
            : throw new DistributedApplicationException($"Port {port} for {owner} is taken. Choose another --port-base.");
    }

    /// <summary>Whether nobody listens on a loopback port.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Free()
    {
        lock (Gate)
        {
            var start = Random.Shared.Next(FirstFree, AfterLastFree);
            for (var i = 0; i < Attempts; i++)
            {
                var port = FirstFree + ((start - FirstFree + i) % (AfterLastFree - FirstFree));
                if (!Taken.Contains(port) && IsFree(port))
                {
                    Taken.Add(port);
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"No free port was found between {FirstFree} and {AfterLastFree - 1}.");
    }
}
