namespace Outpost.SimulationTests;

/// <summary>A deliberate break of the shipped code, as a replacement of text in one file.</summary>
/// <param name="Before">Stands in the file exactly once.</param>
/// <param name="Row">The row of the fault matrix that has to find it.</param>
internal sealed record Mutation(string Name, string File, string Before, string After, MatrixRow Row);
