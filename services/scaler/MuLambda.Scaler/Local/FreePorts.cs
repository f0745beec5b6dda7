using System.Net;
using System.Net.Sockets;

namespace MuLambda.Scaler.Local;

/// <summary>Finds loopback ports for executors.</summary>
internal static class FreePorts
{
    // Below the ports that the system hands to outgoing connections (32768 and up on Linux), which could otherwise take one between its
    // choice here and the executor's start.
    private const int First = 12_000;
    private const int AfterLast = 20_000;
    private const int Attempts = 2_000;

    /// <summary>Ports on which nobody listens.</summary>
    /// <param name="count">How many.</param>
    /// <param name="taken">Those that were given away already.</param>
    /// <exception cref="IOException">There are none left.</exception>
    public static int[] Find(int count, IReadOnlySet<int> taken)
    {
        var found = new List<int>();
        for (var attempt = 0; attempt < Attempts && found.Count < count; attempt++)
        {
            var port = Random.Shared.Next(First, AfterLast);
            if (!taken.Contains(port) && !found.Contains(port) && IsFree(port))
            {
                found.Add(port);
            }
        }

        return found.Count == count ? [.. found] : throw new IOException($"No free port was found between {First} and {AfterLast - 1}.");
    }

    private static bool IsFree(int port)
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
}
