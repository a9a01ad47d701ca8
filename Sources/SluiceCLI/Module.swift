import Foundations
package enum CommandLineTool { package static func main() -> Int32 { 0 } }
