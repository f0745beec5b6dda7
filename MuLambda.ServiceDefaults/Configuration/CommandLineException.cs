namespace MuLambda.ServiceDefaults.Configuration;

/// <summary>The command line cannot be understood.</summary>
/// <param name="message">Which argument, and why.</param>
public sealed class CommandLineException(string message) : Exception(message);
